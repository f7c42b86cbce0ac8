import { atMost, median, type Figure } from './figure.ts';
import { load } from './injector/load.ts';
import { startProcess, type BenchProcess } from './injector/process.ts';

const ROUNDS = 7;
const REQUESTS = 12_000;
const WARM_UP_REQUESTS = 12_000;

/** CPU time per request of a process, in microseconds. */
async function costUs(process: BenchProcess, connections: number): Promise<number> {
  const before = await process.cpuUs();
  const answered = await load(process.port, connections, REQUESTS);
  return ((await process.cpuUs()) - before) / answered;
}

/** Pass-through of a 1 KB GET over keep-alive: CPU per request, ours and http-proxy-3's, in interleaved rounds. */
export async function run(): Promise<readonly Figure[]> {
  const upstream = await startProcess(import.meta.resolve('./injector/upstream.js'));
  const ours = await startProcess(import.meta.resolve('./injector/ours.js'), String(upstream.port));
  const peer = await startProcess(import.meta.resolve('./injector/http-proxy-3.js'), String(upstream.port));
  try {
    for (const process of [ours, peer]) await load(process.port, 16, WARM_UP_REQUESTS);
    const figures: Figure[] = [];
    for (const connections of [1, 16, 64]) {
      const costs: { readonly ours: number; readonly peer: number }[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        // Each goes first every other round: what disturbs the machine disturbs both.
        const firstPeer = round % 2 === 0 ? await costUs(peer, connections) : null;
        const own = await costUs(ours, connections);
        costs.push({ ours: own, peer: firstPeer ?? (await costUs(peer, connections)) });
      }
      figures.push(
        atMost(
          'injector',
          `CPU us per pass-through 1 KB GET, ${connections} keep-alive connection${connections === 1 ? '' : 's'}`,
          median(costs.map((cost) => cost.ours)),
          median(costs.map((cost) => cost.peer)),
          'http-proxy-3',
          1,
        ),
      );
    }
    return figures;
  } finally {
    await Promise.all([ours, peer, upstream].map((process) => process.stop()));
  }
}
