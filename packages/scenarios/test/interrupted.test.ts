import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startStore } from '@gameday/injector';
import { test } from 'tap';
import { chaos, entriesOf, processesOfRun, readEntries, scratch, until } from './chaos-process.ts';
import { begin, healed, struck } from './interrupted-run.ts';

const credentials = { accessKeyId: 'GAMEDAY', secretAccessKey: 'gameday-embedded-store' };

async function storeAnswers(endpoint: string): Promise<boolean> {
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true, maxAttempts: 1 });
  const { $metadata } = await client.send(new HeadBucketCommand({ Bucket: 'gallery-photos' }));
  client.destroy();
  return $metadata.httpStatusCode === 200;
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
    await until(() => run.runId() !== '' && processesOfRun(run.runId()).length > 1);
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
