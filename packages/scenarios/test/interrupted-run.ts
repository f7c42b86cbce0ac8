import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEnd } from '@gameday/reporter/journal';
import type { Test } from 'tap';
import {
  entriesOf,
  processesOfRun,
  readEntries,
  repository,
  scratch,
  startChaos,
  until,
  type ChaosProcess,
  type ChaosSurroundings,
} from './chaos-process.ts';

const gallery = join(repository, 'examples', 'photo-gallery');

/** Half of S3's answers are errors, so that the journal shows at once that it struck; half never come. */
const HALF_SILENT =
  '[{ regions: [home], share: 0.5, fault: silent }, { regions: [home], share: 1, fault: ServiceUnavailable }]';
export const all = (fault: string): string => `[{ regions: [home], share: 1, fault: ${fault} }]`;

const drill = (incident: string, faults: string): string => `
name: drill
title: S3 at home fails
summary: For the tests of the runner.
lesson: Whatever happens, it heals.
baseline: 1500ms
recovery: 2s
phases: [{ id: outage, title: S3 at home fails, from: T+0s, to: T+${incident}, faults: ${faults} }]
`;

interface Drill {
  readonly incident?: string;
  readonly faults?: string;
  readonly target?: string;
  readonly out?: string;
  readonly upstream?: string;
  /** Of an injector elsewhere. */
  readonly injector?: { readonly url: string; readonly tokenFile: string };
  readonly surroundings?: ChaosSurroundings;
}

interface Underway {
  readonly started: ChaosProcess;
  readonly journal: string;
  readonly runId: () => string;
}

/** Writes a drill into a folder. @returns the file */
export function drillFile(folder: string, { incident = '60s', faults = HALF_SILENT }: Drill): string {
  const file = join(folder, 'drill.yaml');
  writeFileSync(file, drill(incident, faults));
  return file;
}

/** Starts a run; resolves at once. */
export function begin(t: Test, options: Drill): Underway {
  const folder = scratch(t);
  const file = drillFile(folder, options);
  const out = options.out ?? join(folder, 'out');
  const upstream = options.upstream === undefined ? [] : ['--upstream', `us-east-1=${options.upstream}`];
  const { injector } = options;
  const elsewhere =
    injector === undefined ? [] : ['--injector', injector.url, '--injector-token-file', injector.tokenFile];
  const args = ['run', file, '--target', options.target ?? gallery, '--out', out, ...upstream, ...elsewhere];
  const started = startChaos(args, options.surroundings);
  const journal = join(out, 'journal.ndjson');
  t.teardown(() => started.child.kill('SIGKILL'));
  return { started, journal, runId: () => entriesOf(readEntries(journal), 'run.started')[0]?.runId ?? '' };
}

/** Resolves when a fault has struck. */
export async function struck({ started, journal }: Underway): Promise<void> {
  let ended = false;
  void started.exit.then(() => (ended = true));
  await until(() => {
    if (ended) throw new Error(`it ended before it was struck: ${started.stderr()}`);
    return entriesOf(readEntries(journal), 's3.exchange').some(({ fault }) => fault !== null);
  });
}

/** What must hold after every end but `kill -9`. */
export async function healed(t: Test, run: Underway, reason: RunEnd, code: number): Promise<void> {
  const exit = await run.started.exit;
  // A busy machine may leave too little to grade by: then a run that came to its end says inconclusive.
  const codes = code === 0 ? [0, 3] : [code];
  t.ok(exit.code !== null && codes.includes(exit.code), `exit code ${exit.code}: ${run.started.stderr()}`);
  const entries = readEntries(run.journal);
  t.match(entries.at(-1), { type: 'run.ended', reason }, 'the last entry says why it ended');
  const begun = entriesOf(entries, 'fault.started').map(({ window }) => window);
  const ended = entriesOf(entries, 'fault.ended').map(({ window }) => window);
  t.strictSame(new Set(ended), new Set(begun), 'every fault that began has ended');
  await until(() => processesOfRun(run.runId()).length === 0);
}

/** Serves 200 where S3 answers anything, else 500. */
export const server = `const http = require('http');
  const app = http.createServer((q, r) => http.get(process.env.S3_ENDPOINT + '/none/none', (s) => { s.resume(); r.end(); })
    .on('error', () => { r.statusCode = 500; r.end(); }));`;

/** An app of a few lines. */
export function targetFile(t: Test, script: string, more = ''): string {
  const folder = scratch(t);
  writeFileSync(join(folder, 'app.cjs'), script);
  const workload = 'workload: { rate: 20/s, steps: [{ id: home, class: read, request: GET / }] }';
  writeFileSync(join(folder, 'chaos.yaml'), `name: t\ncommand: node app.cjs\n${workload}\n${more}`);
  return folder;
}
