import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startStore } from '@gameday/injector';
import type { RunEnd } from '@gameday/reporter/journal';
import { test, type Test } from 'tap';
import {
  chaos,
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

const credentials = { accessKeyId: 'GAMEDAY', secretAccessKey: 'gameday-embedded-store' };
const gallery = join(repository, 'examples', 'photo-gallery');

/** Half of S3's answers are errors, so that the journal shows at once that it struck; half never come. */
const HALF_SILENT =
  '[{ regions: [home], share: 0.5, fault: silent }, { regions: [home], share: 1, fault: ServiceUnavailable }]';
const all = (fault: string): string => `[{ regions: [home], share: 1, fault: ${fault} }]`;

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
  readonly surroundings?: ChaosSurroundings;
}

interface Underway {
  readonly started: ChaosProcess;
  readonly journal: string;
  readonly runId: () => string;
}

/** Starts a run; resolves at once. */
function begin(t: Test, options: Drill): Underway {
  const folder = scratch(t);
  const file = join(folder, 'drill.yaml');
  writeFileSync(file, drill(options.incident ?? '60s', options.faults ?? HALF_SILENT));
  const out = options.out ?? join(folder, 'out');
  const upstream = options.upstream === undefined ? [] : ['--upstream', `us-east-1=${options.upstream}`];
  const args = ['run', file, '--target', options.target ?? gallery, '--out', out, ...upstream];
  const started = startChaos(args, options.surroundings);
  const journal = join(out, 'journal.ndjson');
  t.teardown(() => started.child.kill('SIGKILL'));
  return { started, journal, runId: () => entriesOf(readEntries(journal), 'run.started')[0]?.runId ?? '' };
}

/** Resolves when a fault has struck. */
async function struck({ started, journal }: Underway): Promise<void> {
  let ended = false;
  void started.exit.then(() => (ended = true));
  await until(() => {
    if (ended) throw new Error(`it ended before it was struck: ${started.stderr()}`);
    return entriesOf(readEntries(journal), 's3.exchange').some(({ fault }) => fault !== null);
  });
}

/** What must hold after every end but `kill -9`. */
async function healed(t: Test, run: Underway, reason: RunEnd, code: number): Promise<void> {
  const exit = await run.started.exit;
  t.equal(exit.code, code, run.started.stderr());
  const entries = readEntries(run.journal);
  t.match(entries.at(-1), { type: 'run.ended', reason }, 'the last entry says why it ended');
  const begun = entriesOf(entries, 'fault.started').map(({ window }) => window);
  const ended = entriesOf(entries, 'fault.ended').map(({ window }) => window);
  t.strictSame(new Set(ended), new Set(begun), 'every fault that began has ended');
  await until(() => processesOfRun(run.runId()).length === 0);
}

async function storeAnswers(endpoint: string): Promise<boolean> {
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true, maxAttempts: 1 });
  const { $metadata } = await client.send(new HeadBucketCommand({ Bucket: 'gallery-photos' }));
  client.destroy();
  return $metadata.httpStatusCode === 200;
}

/** A module for `--import`: code that runs inside of the runner and of its target. */
function preload(t: Test, code: string): { readonly NODE_OPTIONS: string } {
  const file = join(scratch(t), 'preload.mjs');
  writeFileSync(file, code);
  return { NODE_OPTIONS: `--import ${file}` };
}

/** Serves 200 where S3 answers anything, else 500. */
const server = `const http = require('http');
  const app = http.createServer((q, r) => http.get(process.env.S3_ENDPOINT + '/none/none', (s) => { s.resume(); r.end(); })
    .on('error', () => { r.statusCode = 500; r.end(); }));`;

/** An app of a few lines. */
function targetFile(t: Test, script: string, more = ''): string {
  const folder = scratch(t);
  writeFileSync(join(folder, 'app.cjs'), script);
  const workload = 'workload: { rate: 20/s, steps: [{ id: home, class: read, request: GET / }] }';
  writeFileSync(join(folder, 'chaos.yaml'), `name: t\ncommand: node app.cjs\n${workload}\n${more}`);
  return folder;
}

test('a person ends the run', async (t) => {
  const store = await startStore({ regions: ['us-east-1'], credentials: [credentials] });
  t.teardown(() => store.stop());
  const upstream = store.endpoints.get('us-east-1') ?? '';

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    await t.test(`${signal} heals, says why in the journal, and reports`, async (t) => {
      const run = begin(t, { upstream });
      await struck(run);
      run.started.child.kill(signal);
      await healed(t, run, 'interrupted', 130);
      t.match(run.started.stdout(), /inconclusive|interrupted/i);
      t.ok(existsSync(join(run.journal, '..', 'report.html')));
      t.ok(await storeAnswers(upstream));
    });
  }

  await t.test('a second Ctrl-C does not wait for anything', async (t) => {
    const run = begin(t, { upstream });
    await struck(run);
    run.started.child.kill('SIGINT');
    await until(() => readEntries(run.journal).at(-1)?.type === 'run.ended' || run.started.child.exitCode !== null);
    run.started.child.kill('SIGINT');
    await healed(t, run, 'interrupted', 130);
  });

  await t.test('before the target is ready', async (t) => {
    const target = join(scratch(t), 'chaos.yaml');
    writeFileSync(target, 'name: t\ncommand: ["node", "-e", "setInterval(() => {}, 1e6)"]\n');
    const run = begin(t, { target });
    await until(() => processesOfRun(run.runId()).length > 1);
    run.started.child.kill('SIGINT');
    await healed(t, run, 'interrupted', 130);
  });

  await t.test('the terminal is closed: no more output, and SIGHUP', async (t) => {
    const run = begin(t, { upstream });
    await struck(run);
    run.started.child.stdout?.destroy();
    run.started.child.stderr?.destroy();
    run.started.child.kill('SIGHUP');
    await healed(t, run, 'interrupted', 130);
    t.ok(existsSync(join(run.journal, '..', 'report.html')), 'the report is there for later');
  });

  await t.test('kill -9 leaves no process, a readable journal, and a store that answers', async (t) => {
    const run = begin(t, { upstream });
    await struck(run);
    const runId = run.runId();
    t.not(processesOfRun(runId).length, 0);
    run.started.child.kill('SIGKILL');
    await run.started.exit;
    await until(() => processesOfRun(runId).length === 0);
    t.ok(entriesOf(readEntries(run.journal), 's3.exchange').length > 0);
    t.ok(await storeAnswers(upstream));
    const graded = await chaos(['report', run.journal, '--out', scratch(t)]);
    t.equal(graded.code, 3, 'a run that never ended gives no grade');
  });
});

test('the surroundings fail', async (t) => {
  await t.test('nobody reads the output any more', async (t) => {
    const run = begin(t, { incident: '2s', faults: all('ServiceUnavailable') });
    await struck(run);
    run.started.child.stdout?.destroy();
    run.started.child.stderr?.destroy();
    await healed(t, run, 'completed', 0);
  });

  await t.test('the result cannot be written', { skip: !existsSync('/dev/full') && 'no /dev/full' }, async (t) => {
    const stdout = openSync('/dev/full', 'w');
    t.teardown(() => closeSync(stdout));
    const run = begin(t, { incident: '1s', faults: all('ServiceUnavailable'), surroundings: { stdout } });
    await healed(t, run, 'completed', 4);
    t.match(run.started.stderr(), /could not be written: ENOSPC/);
  });

  const disk = smallDisk(t);
  await t.test('the disk is full', { skip: disk === null && 'a small disk takes root to make' }, async (t) => {
    const run = begin(t, { out: join(disk ?? '', 'out') });
    await healed(t, run, 'tool-error', 4);
    t.match(run.started.stderr(), /disk is full/);
    t.match(run.started.stdout(), /journal could not be written/, 'the result is shown all the same');
  });

  await t.test('the wall clock jumps back and forth', async (t) => {
    const env = preload(
      t,
      // Runner and target jump at the same instants, as processes of one machine do.
      `const real = Date.now, Real = Date;
       const now = () => { const ms = real(); return ms + [0, 7_200_000, -86_400_000][Math.max(0, Math.min(2, Math.floor((ms - ${Date.now()}) / 3_500)))]; };
       globalThis.Date = class extends Real { constructor(...all) { all.length ? super(...all) : super(now()); } static now() { return now(); } };`,
    );
    // Node's own Date header does not jump with a patched Date, and an SDK would correct its signatures by it.
    const target = targetFile(t, `${server} app.listen(process.env.PORT);`);
    const faults = all('{ kind: latency, delay: 50ms }');
    const run = begin(t, { incident: '4s', faults, target, surroundings: { env } });
    await run.started.exit;
    await healed(t, run, 'completed', 0);
    const times = readEntries(run.journal).map(({ t: at }) => at);
    t.ok(Math.max(...times) < 60_000 && Math.min(...times) >= 0, 'no time in the journal has jumped');
    const phases = entriesOf(readEntries(run.journal), 'phase.started');
    const lengthMs = (phases[2]?.t ?? 0) - (phases[1]?.t ?? 0);
    t.ok(lengthMs > 3_900 && lengthMs < 6_000, `the outage took its 4 s: ${lengthMs} ms`);
  });

  await t.test('an error that nobody caught', async (t) => {
    const env = preload(t, `process.on('SIGUSR2', () => { throw new Error('out of the blue'); });`);
    const run = begin(t, { surroundings: { env } });
    await struck(run);
    run.started.child.kill('SIGUSR2');
    await healed(t, run, 'tool-error', 4);
    t.match(readEntries(run.journal).at(-1), { detail: /out of the blue/ });
  });
});

test('the target fails', async (t) => {
  await t.test('a crash loop that is never ready', async (t) => {
    const folder = targetFile(t, 'process.exit(7)', 'ready: { within: 2s }');
    const loop = 'command: ["sh", "-c", "while true; do node app.cjs; sleep 0.1; done"]';
    const file = join(folder, 'chaos.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('command: node app.cjs', loop));
    const run = begin(t, { target: folder });
    await healed(t, run, 'target-failed', 4);
    t.match(run.started.stderr(), /not ready within 2 s/);
  });

  await t.test('it crashes again and again in the outage: that is a finding, not an error', async (t) => {
    const crash = `${server} app.listen(process.env.PORT); setInterval(() => {
      http.get(process.env.S3_ENDPOINT + '/none/none', (s) => { s.resume(); if (s.statusCode === 503) process.exit(7); }); }, 50);`;
    const folder = targetFile(t, crash);
    const loop = 'command: ["sh", "-c", "while true; do node app.cjs; echo again; done"]';
    const file = join(folder, 'chaos.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('command: node app.cjs', loop));
    const run = begin(t, { target: folder, incident: '3s', faults: all('ServiceUnavailable') });
    await healed(t, run, 'completed', 0);
    const lines = entriesOf(readEntries(run.journal), 'target.output').filter(({ line }) => line === 'again');
    t.ok(lines.length > 1, `${lines.length} crashes are in the journal`);
  });

  await t.test('it ends in the outage', async (t) => {
    const folder = targetFile(t, `${server} app.listen(process.env.PORT); setTimeout(() => process.exit(9), 2_500);`);
    const run = begin(t, { target: folder, incident: '3s', faults: all('ServiceUnavailable') });
    const exit = await run.started.exit;
    t.ok(exit.code === 0 || exit.code === 3, run.started.stderr());
    const entries = readEntries(run.journal);
    t.match(entriesOf(entries, 'target.exited')[0], { code: 9, expected: false });
    t.match(entries.at(-1), { type: 'run.ended', reason: 'completed' });
    t.strictSame(processesOfRun(run.runId()), []);
  });

  await t.test('its port is stolen before it listens', async (t) => {
    const folder = targetFile(
      t,
      `const net = require('net');
       const thief = require('child_process').spawn(process.execPath, ['-e',
         'require("http").createServer((q, r) => r.end("mine")).listen(process.env.PORT, () => console.log("stolen"))'],
         { stdio: ['ignore', 'pipe', 'inherit'] });
       thief.stdout.once('data', () => require('http').createServer(() => {}).listen(process.env.PORT));`,
    );
    const run = begin(t, { target: folder });
    await healed(t, run, 'target-failed', 4);
    t.match(run.started.stderr(), /EADDRINUSE|exit code 1/);
  });

  await t.test('a port of S3 is stolen while nobody listens there', async (t) => {
    const folder = targetFile(
      t,
      `${server} app.listen(process.env.PORT);
       const port = Number(new URL(process.env.S3_ENDPOINT).port);
       const steal = () => { const thief = http.createServer((q, r) => { r.statusCode = 418; r.end(); });
         thief.on('error', () => setTimeout(steal, 5));
         thief.listen(port, '127.0.0.1', () => setTimeout(() => { thief.close(); thief.closeAllConnections(); }, 2_500)); };
       setTimeout(steal, 500);`,
    );
    const run = begin(t, { target: folder, incident: '2s', faults: all('refuse') });
    await healed(t, run, 'completed', 3);
    const last = entriesOf(readEntries(run.journal), 's3.exchange').at(-1);
    t.match(last, { outcome: 'answered', fault: null }, 'the injector listens again as soon as it can');
  });
});

/** A disk of 128 KB; null where this machine does not let us make one. */
function smallDisk(t: Test): string | null {
  const folder = join(scratch(t), 'disk');
  mkdirSync(folder);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', folder]);
  if (mounted.status !== 0) return null;
  t.teardown(() => spawnSync('umount', ['-l', folder]));
  return folder;
}
