import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { atMost, median, type Figure } from './figure.ts';
import { startProcess } from './injector/process.ts';
import { drive, makeBucket } from './soak/client.ts';
import { messageSchema, type Sample, type SoakMessage } from './soak/sample.ts';
import { CYCLE_MS } from './soak/timeline.ts';

/** An hour shows leaks of a few bytes a request; the default shows that the soak itself works. */
const MINUTES = z.coerce
  .number()
  .positive()
  .parse(process.env['GAMEDAY_SOAK_MINUTES'] ?? '2');
const PER_SECOND = 100;
/** How long a healed injector is left alone before it is looked at: longer than its idle connections live. */
const REST_MS = 6_000;
const CYCLES_BETWEEN_SAMPLES = 2;

async function nextMessage(child: ChildProcess): Promise<SoakMessage> {
  const [message]: unknown[] = await once(child, 'message');
  return messageSchema.parse(message);
}

async function sampleOf(child: ChildProcess): Promise<Sample> {
  const answer = nextMessage(child);
  child.send('sample');
  const message = await answer;
  if (message.kind !== 'sample') throw new Error('the soaked injector spoke out of turn');
  return message;
}

async function soak(child: ChildProcess, endpoint: string): Promise<readonly Sample[]> {
  const endMs = performance.now() + MINUTES * 60_000;
  const samples: Sample[] = [];
  do {
    for (let cycle = 0; cycle < CYCLES_BETWEEN_SAMPLES; cycle += 1) {
      child.send('start');
      await drive(endpoint, PER_SECOND, CYCLE_MS);
      child.send('heal');
    }
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    const sample = await sampleOf(child);
    console.error(JSON.stringify({ minutes: Math.round((endMs - performance.now()) / 60_000), ...sample }));
    samples.push(sample);
  } while (performance.now() < endMs || samples.length < 4);
  return samples;
}

/** What is held at the end against what was held at the start, the first sample being the warm-up. */
function figures(samples: readonly Sample[]): readonly Figure[] {
  const warm = samples.slice(1);
  const third = Math.max(1, Math.floor(warm.length / 3));
  const last = warm.at(-1);
  if (last === undefined) throw new Error('the soak was too short for a sample');
  const compare = (what: string, of: (sample: Sample) => number, ratioMax: number): Figure =>
    atMost(
      'soak',
      `${what} after ${last.exchanges} exchanges, ${last.carried} of them on the fast path, ${last.struck} struck`,
      median(warm.slice(-third).map(of)),
      median(warm.slice(0, third).map(of)),
      'at the start',
      ratioMax,
    );
  return [
    compare('heap, MB', (sample) => sample.heapBytes / 1e6, 1.1),
    compare('resident memory, MB', (sample) => sample.rssBytes / 1e6, 1.25),
    compare('timers, one added', (sample) => sample.timers + 1, 1),
    // Idle connections upstream are kept, as many as were needed at once in the last seconds.
    compare('handles', (sample) => sample.handles, 1.5),
    compare('open files', (sample) => sample.files, 1.5),
    compare('exchanges in flight, one added', (sample) => sample.inFlight + 1, 1),
  ];
}

/** Every fault in turn, again and again, under steady load: nothing may be left behind. `GAMEDAY_SOAK_MINUTES`. */
export async function run(): Promise<readonly Figure[]> {
  const upstream = await startProcess(import.meta.resolve('./soak/upstream.js'));
  const url = `http://127.0.0.1:${upstream.port}`;
  await makeBucket(url);
  const child = fork(fileURLToPath(import.meta.resolve('./soak/soaked.js')), [url], { execArgv: ['--expose-gc'] });
  try {
    const ready = await nextMessage(child);
    if (ready.kind !== 'ready') throw new Error('the soaked injector spoke out of turn');
    return figures(await soak(child, ready.endpoint));
  } finally {
    child.kill();
    await upstream.stop();
  }
}
