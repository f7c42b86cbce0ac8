import type { Figure } from './figure.ts';
import { LOAD_CORE, stayOn } from './injector/cores.ts';
import { interception } from './injector/interception.ts';
import { largeBodies } from './injector/large-bodies.ts';
import { startOn } from './injector/process.ts';
import { smallBodies } from './injector/small-bodies.ts';

/** The injector beside other proxies: small bodies, large ones, opened TLS. Reads `/proc`: Linux. */
export async function run(): Promise<readonly Figure[]> {
  const leave = stayOn(LOAD_CORE);
  const small = await startOn(LOAD_CORE, import.meta.resolve('./injector/upstream.js'));
  const large = await startOn(LOAD_CORE, import.meta.resolve('./injector/upstream-large.js'));
  try {
    return [
      ...(await smallBodies(small.port)),
      ...(await largeBodies(large.port)),
      ...(await interception(small.port)),
    ];
  } finally {
    await Promise.all([small, large].map((process) => process.stop()));
    leave();
  }
}
