import { atLeast, atMost, beside, type Figure } from '../figure.ts';
import { startProgram } from './command.ts';
import { SUBJECT_CORE } from './cores.ts';
import { load, type Way } from './load.ts';
import { startOn, type BenchProcess } from './process.ts';
import { mitmdump } from './programs.ts';
import { inRounds } from './rounds.ts';

const ROUNDS = 5;
const CONNECTIONS = 16;
const REQUESTS = 6_000;
const REQUESTS_OF_SLOW = 1_000;

async function costUs(process: BenchProcess, way: Way, requests = REQUESTS): Promise<number> {
  const before = process.cpuUs();
  const answered = await load(process.port, CONNECTIONS, requests, way);
  return (process.cpuUs() - before) / answered;
}

/**
 * HTTPS opened on the way: in CPU against what the same proxy takes for plain HTTP, which is what TLS costs, and beside
 * the endpoint's fast path, which no proxy has; against mitmproxy in what a core carries.
 */
export async function interception(upstreamPort: number): Promise<readonly Figure[]> {
  const script = import.meta.resolve('./ours.js');
  const endpoint = await startOn(SUBJECT_CORE, script, String(upstreamPort), 'pass');
  const proxy = await startOn(SUBJECT_CORE, script, String(upstreamPort), 'pass', 'proxy');
  const peer = await startProgram(mitmdump, upstreamPort);
  try {
    await load(endpoint.port, CONNECTIONS, REQUESTS);
    await load(proxy.port, CONNECTIONS, REQUESTS);
    await load(proxy.port, CONNECTIONS, REQUESTS, 'tunnel');
    if (peer !== undefined) await load(peer.port, CONNECTIONS, REQUESTS_OF_SLOW, 'tls');
    const costs = await inRounds(
      new Map([
        ['endpoint', () => costUs(endpoint, 'plain')],
        ['plain', () => costUs(proxy, 'plain')],
        ['tls', () => costUs(proxy, 'tunnel')],
        ...(peer === undefined ? [] : [['mitmdump', () => costUs(peer, 'tls', REQUESTS_OF_SLOW)] as const]),
      ]),
      ROUNDS,
    );
    const own = costs.get('tls') ?? Number.NaN;
    const mitm = costs.get('mitmdump');
    const metric = `CPU us for a 1 KB GET over intercepted TLS, ${CONNECTIONS} connections`;
    // What one core can carry: the load generator, which pays for TLS as well, would be the limit of a wall clock.
    const capacity = `requests over intercepted TLS that one core carries in a second, ${CONNECTIONS} connections`;
    return [
      atMost('injector', metric, own, costs.get('plain') ?? Number.NaN, 'plain HTTP at the same proxy', 1.4),
      beside('injector', metric, own, costs.get('endpoint') ?? Number.NaN, 'our endpoint'),
      ...(mitm === undefined ? [] : [atLeast('injector', capacity, 1e6 / own, 1e6 / mitm, 'mitmdump', 10)]),
    ];
  } finally {
    await Promise.all([endpoint, proxy, peer].map((process) => process?.stop() ?? Promise.resolve()));
  }
}
