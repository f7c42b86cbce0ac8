import { atLeast, atMost, type Figure } from '../figure.ts';
import { startProgram } from './command.ts';
import { SUBJECT_CORE } from './cores.ts';
import { transfer } from './large.ts';
import { startOn, type BenchProcess } from './process.ts';
import { nginx } from './programs.ts';
import { inRounds } from './rounds.ts';

const ROUNDS = 5;
const MIB = 1024 ** 2;
const LARGE = { bytes: 8 * MIB, connections: 4, times: 12 };
const MEMORY_MIB_MAX = 64;

/** What one transfer of a gigabyte adds to the memory of a process at most, in MiB. */
async function addedMiB(process: BenchProcess, method: 'GET' | 'PUT'): Promise<number> {
  const before = process.memory().now;
  await transfer(process.port, method, 1024 * MIB, 1, 1);
  return Math.max(0, process.memory().peak - before) / MIB;
}

/** Bodies of 8 MiB in MiB a second beside nginx's, and what a gigabyte takes in memory. */
export async function largeBodies(upstreamPort: number): Promise<readonly Figure[]> {
  const ours = await startOn(SUBJECT_CORE, import.meta.resolve('./ours.js'), String(upstreamPort), 'whole');
  const peer = await startProgram(nginx, upstreamPort);
  const figures: Figure[] = [];
  try {
    for (const method of ['GET', 'PUT'] as const) {
      const speedOf = (process: BenchProcess) => (): Promise<number> =>
        transfer(process.port, method, LARGE.bytes, LARGE.connections, LARGE.times);
      await speedOf(ours)();
      if (peer !== undefined) {
        const speeds = await inRounds(
          new Map([
            ['ours', speedOf(ours)],
            ['nginx', speedOf(peer)],
          ]),
          ROUNDS,
        );
        const metric = `${method} MiB/s, 8 MiB, ${LARGE.connections} connections`;
        figures.push(atLeast('injector', metric, speeds.get('ours') ?? 0, speeds.get('nginx') ?? 0, 'nginx', 0.8));
      }
      const added = await addedMiB(ours, method);
      figures.push(atMost('injector', `${method} of 1 GiB: MiB added`, added, MEMORY_MIB_MAX, 'the limit', 1));
    }
    return figures;
  } finally {
    await Promise.all([ours, peer].map((process) => process?.stop() ?? Promise.resolve()));
  }
}
