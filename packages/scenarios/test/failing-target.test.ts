import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { entriesOf, processesOfRun, readEntries } from './chaos-process.ts';
import { all, begin, healed, server, targetFile } from './interrupted-run.ts';

/** Asks S3 of its own accord, and is gone at the first 503. */
const endsInTheOutage = (exitCode: number): string => `${server} app.listen(process.env.PORT); setInterval(() => {
  http.get(process.env.S3_ENDPOINT + '/none/none', (s) => { s.resume(); if (s.statusCode === 503) process.exit(${exitCode}); })
    .on('error', () => {}); }, 50);`;

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
    const folder = targetFile(t, endsInTheOutage(7));
    const loop = 'command: ["sh", "-c", "while true; do node app.cjs; echo again; done"]';
    const file = join(folder, 'chaos.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('command: node app.cjs', loop));
    const run = begin(t, { target: folder, incident: '3s', faults: all('ServiceUnavailable') });
    await healed(t, run, 'completed', 0);
    const lines = entriesOf(readEntries(run.journal), 'target.output').filter(({ line }) => line === 'again');
    t.ok(lines.length > 1, `${lines.length} crashes are in the journal`);
  });

  await t.test('it ends in the outage', async (t) => {
    const folder = targetFile(t, endsInTheOutage(9));
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
