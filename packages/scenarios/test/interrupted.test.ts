import { join } from 'node:path';
import { startStore } from '@gameday/injector';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { test } from 'tap';
import {
  chaos,
  entriesOf,
  processesOfRun,
  readEntries,
  scratch,
  startChaos,
  until,
  type ChaosProcess,
} from './chaos-process.ts';

const credentials = { accessKeyId: 'GAMEDAY', secretAccessKey: 'gameday-embedded-store' };

/** A run against a store that outlives it, in the middle of its blackout. */
async function runInBlackout(out: string, endpoint: string): Promise<{ started: ChaosProcess; runId: string }> {
  const args = ['run', 's3-us-east-1-outage', '--speed', '600', '--out', out, '--upstream', `us-east-1=${endpoint}`];
  const started = startChaos(args);
  const journal = join(out, 'journal.ndjson');
  let ended = false;
  void started.exit.then(() => (ended = true));
  await until(() => {
    if (ended) throw new Error(started.stderr());
    return entriesOf(readEntries(journal), 's3.exchange').some(({ fault }) => fault !== null);
  });
  const runId = entriesOf(readEntries(journal), 'run.started')[0]?.runId ?? '';
  return { started, runId };
}

async function storeAnswers(endpoint: string): Promise<boolean> {
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true, maxAttempts: 1 });
  const { $metadata } = await client.send(new HeadBucketCommand({ Bucket: 'gallery-photos' }));
  client.destroy();
  return $metadata.httpStatusCode === 200;
}

test('in mid-outage', async (t) => {
  const store = await startStore({ regions: ['us-east-1'], credentials: [credentials] });
  t.teardown(() => store.stop());
  const endpoint = store.endpoints.get('us-east-1') ?? '';

  await t.test('Ctrl-C heals, says why in the journal, and reports', async (t) => {
    const out = scratch(t);
    const { started, runId } = await runInBlackout(out, endpoint);
    started.child.kill('SIGINT');
    const { code } = await started.exit;
    t.equal(code, 130, started.stderr());
    const entries = readEntries(join(out, 'journal.ndjson'));
    t.match(entries.at(-1), { type: 'run.ended', reason: 'interrupted' });
    const begun = entriesOf(entries, 'fault.started').map(({ window }) => window);
    const ended = entriesOf(entries, 'fault.ended').map(({ window }) => window);
    t.strictSame(new Set(ended), new Set(begun), 'every fault that began has ended');
    t.match(started.stdout(), /inconclusive|interrupted/i);
    t.strictSame(processesOfRun(runId), []);
    t.ok(await storeAnswers(endpoint));
  });

  await t.test('kill -9 leaves no process, a readable journal, and a store that answers', async (t) => {
    const out = scratch(t);
    const { started, runId } = await runInBlackout(out, endpoint);
    t.not(processesOfRun(runId).length, 0);
    started.child.kill('SIGKILL');
    await started.exit;
    await until(() => processesOfRun(runId).length === 0);
    const journal = join(out, 'journal.ndjson');
    t.ok(entriesOf(readEntries(journal), 's3.exchange').length > 0);
    t.ok(await storeAnswers(endpoint));
    const graded = await chaos(['report', journal, '--out', scratch(t)]);
    t.equal(graded.code, 3, 'a run that never ended gives no grade');
  });
});
