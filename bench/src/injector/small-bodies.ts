import { atMost, beside, type Figure } from '../figure.ts';
import { startProgram } from './command.ts';
import { SUBJECT_CORE } from './cores.ts';
import { load } from './load.ts';
import { startOn, type BenchProcess } from './process.ts';
import { haproxy, mitmdump, nginx } from './programs.ts';
import { inRounds } from './rounds.ts';

const ROUNDS = 5;
/** So many readings' worth of requests go before. */
const WARM_UP = 4;
const REQUESTS = 6_000;
/** Of a subject that takes half a millisecond for each. */
const REQUESTS_OF_SLOW = 1_000;

const slow: ReadonlySet<string> = new Set(['mitmdump', 'mockttp']);

const OURS = 'Gameday, pass-through';
const FLOOR = 'bare sockets without faults';
const WHOLE = 'Gameday, the whole path';

/** How many times as much of its peer's CPU each of our two paths may take. */
const goals: readonly { readonly ours: string; readonly peer: string; readonly ratioMax: number | null }[] = [
  { ours: OURS, peer: 'http-proxy-3', ratioMax: 1 },
  { ours: WHOLE, peer: 'http-proxy-3', ratioMax: 1.2 },
  { ours: WHOLE, peer: 'mitmdump', ratioMax: 1 / 15 },
  { ours: WHOLE, peer: 'mockttp', ratioMax: null },
  { ours: WHOLE, peer: 'nginx', ratioMax: 3 },
  { ours: WHOLE, peer: 'haproxy', ratioMax: null },
  { ours: WHOLE, peer: FLOOR, ratioMax: null },
];

async function startSubjects(upstreamPort: number): Promise<ReadonlyMap<string, BenchProcess>> {
  const started: (readonly [string, BenchProcess | undefined])[] = [
    [OURS, await startOn(SUBJECT_CORE, import.meta.resolve('./ours.js'), String(upstreamPort))],
    [WHOLE, await startOn(SUBJECT_CORE, import.meta.resolve('./ours.js'), String(upstreamPort), 'whole')],
    ['http-proxy-3', await startOn(SUBJECT_CORE, import.meta.resolve('./http-proxy-3.js'), String(upstreamPort))],
    ['mockttp', await startOn(SUBJECT_CORE, import.meta.resolve('./mockttp.js'), String(upstreamPort))],
    [FLOOR, await startOn(SUBJECT_CORE, import.meta.resolve('./raw-sockets.js'), String(upstreamPort))],
    ['nginx', await startProgram(nginx, upstreamPort)],
    ['haproxy', await startProgram(haproxy, upstreamPort)],
    ['mitmdump', await startProgram(mitmdump, upstreamPort)],
  ];
  return new Map(started.flatMap(([name, process]) => (process === undefined ? [] : [[name, process] as const])));
}

const requestsOf = (name: string): number => (slow.has(name) ? REQUESTS_OF_SLOW : REQUESTS);

async function costUs(process: BenchProcess, connections: number, requests: number, tries = 1): Promise<number> {
  const before = process.cpuUs();
  try {
    const answered = await load(process.port, connections, requests);
    return (process.cpuUs() - before) / answered;
  } catch (error) {
    if (tries <= 1) throw error;
    return costUs(process, connections, requests, tries - 1);
  }
}

/** mockttp takes one request in some hundreds for its own, sees a loop, and closes the connection: then it tries again. */
const triesOf = (name: string): number => (name === 'mockttp' ? 10 : 1);

/** CPU time for a 1 KB GET over kept-alive connections, ours beside every other proxy's. */
export async function smallBodies(upstreamPort: number): Promise<readonly Figure[]> {
  const subjects = await startSubjects(upstreamPort);
  try {
    // What runs in a virtual machine is compiled anew for tens of thousands of requests.
    for (const [name, process] of subjects) await costUs(process, 16, WARM_UP * requestsOf(name), triesOf(name));
    const figures: Figure[] = [];
    for (const connections of [1, 16, 64]) {
      const costs = await inRounds(
        new Map(
          [...subjects].map(([name, one]) => [name, () => costUs(one, connections, requestsOf(name), triesOf(name))]),
        ),
        ROUNDS,
      );
      for (const { ours, peer, ratioMax } of goals) {
        const [own, other] = [costs.get(ours), costs.get(peer)];
        if (own === undefined || other === undefined) continue;
        const metric = `${ours}: CPU us for a 1 KB GET, ${connections} connection${connections === 1 ? '' : 's'}`;
        figures.push(
          ratioMax === null
            ? beside('injector', metric, own, other, peer)
            : atMost('injector', metric, own, other, peer, ratioMax),
        );
      }
    }
    return figures;
  } finally {
    await Promise.all([...subjects.values()].map((process) => process.stop()));
  }
}
