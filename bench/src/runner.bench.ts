import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { atMost, type Figure } from './figure.ts';

/** What the runner promises at a thousand requests a second with a browser's journey every five seconds. */
const LIMITS = { memoryMb: 400, cores: 1 } as const;
const SAMPLE_EVERY_MS = 250;
/** Linux counts CPU time for programs in hundredths of a second. */
const TICKS_PER_S = 100;
const COMMAND = fileURLToPath(new URL('../../../packages/scenarios/dist/src/cli/main.js', import.meta.url));
const APP = fileURLToPath(import.meta.resolve('./runner/app.js'));

const scenario = `
name: hangs
title: The app hangs
summary: For the bench.
lesson: None.
baseline: 10s
recovery: 10s
phases:
  - { id: hung, title: Hung, from: T+0s, to: T+30s, faults: [{ regions: [home], share: 1, fault: silent }] }
`;
const target = `
name: hangs
command: ${JSON.stringify([process.execPath, APP])}
ready: { path: / }
workload:
  rate: 1000/s
  steps:
    - { id: upload, class: write, weight: 1, request: { method: PUT, path: '/photos/\${new}', body: { random: 1KB } } }
    - { id: view, class: read, weight: 4, request: 'GET /photos/\${known}', expect: { body: entry } }
probes: [{ id: home, kind: browser, every: 5s, steps: [{ open: / }, { expect: Photos }] }]
`;

interface Sample {
  readonly atMs: number;
  readonly cpuS: number;
  /** The most that it ever had in memory. */
  readonly rssMb: number;
}

/** Null where the process is gone. */
function sampleOf(pid: number): Sample | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const most = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    if (most === undefined) return null;
    const cpuS = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
    return { atMs: performance.now(), cpuS, rssMb: Number(most) / 1_024 };
  } catch {
    return null;
  }
}

/** A whole run, in which the app hangs for twenty seconds: what the runner itself takes. Linux only. */
export async function run(): Promise<readonly Figure[]> {
  if (!existsSync('/proc/self/stat')) return [];
  const folder = mkdtempSync(join(tmpdir(), 'gameday-bench-'));
  writeFileSync(join(folder, 'hangs.yaml'), scenario);
  writeFileSync(join(folder, 'chaos.yaml'), target);
  const runner = spawn(process.execPath, [COMMAND, 'run', './hangs.yaml', '--out', 'out'], {
    cwd: folder,
    stdio: 'ignore',
  });
  const began = performance.now();
  const samples: Sample[] = [];
  const timer = setInterval(
    () => samples.push(...[sampleOf(runner.pid ?? 0)].filter((one) => one !== null)),
    SAMPLE_EVERY_MS,
  );
  await once(runner, 'exit');
  clearInterval(timer);
  const last = samples.at(-1);
  const journal = readFileSync(join(folder, 'out', 'journal.ndjson'), 'utf8');
  rmSync(folder, { recursive: true, force: true });
  if (last === undefined || !journal.includes('"reason":"completed"'))
    throw new Error('the run did not come to its end');
  const hung = journal.match(/"outcome":"hang"/g)?.length ?? 0;
  if (hung < 10_000) throw new Error(`only ${hung} requests hung`);
  const of = `with ${hung} of the requests hanging, at 1000 a second and a journey every 5 s`;
  const cores = last.cpuS / ((last.atMs - began) / 1_000);
  return [
    atMost('runner', `most memory, MB, ${of}`, last.rssMb, LIMITS.memoryMb, 'the limit', 1),
    atMost('runner', `cores, ${of}`, cores, LIMITS.cores, 'the limit', 1),
  ];
}
