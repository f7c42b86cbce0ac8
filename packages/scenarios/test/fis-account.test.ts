import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { test } from 'tap';
import { EMBEDDED_CREDENTIALS } from '../src/adapters/s3-behind.ts';
import { FisAccess } from '../src/fis/adapters/fis-access.ts';
import { LOCAL_ACCOUNT } from '../src/fis/core/arns.ts';
import {
  chaos,
  entriesOf,
  readEntries,
  repository,
  scratch,
  startChaos,
  until,
  type ChaosProcess,
} from './chaos-process.ts';
import { openFisStage } from './fis-stage.ts';

const scenario = (name: string, dark: string): string => `name: ${name}
title: Dark, then light
summary: x
lesson: x
baseline: 2s
recovery: 4s
phases:
  - { id: dark, title: Nothing answers, for: ${dark}, faults: [{ regions: [home], fault: silent }] }
`;

/** Resolves when a command's experiment cuts S3 off. @throws {Error} where the command ends before that */
async function begun(started: ChaosProcess): Promise<void> {
  const { child } = started;
  await until(() => started.stdout().includes('cut-s3-1 running') || child.exitCode !== null);
  if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${started.stderr()}`);
}

test('templates are made once, an account is armed, and whatever runs is stopped', async (t) => {
  const { endpoint } = await openFisStage(t);
  const folder = scratch(t);
  const file = join(folder, 'dark.yaml');
  writeFileSync(file, scenario('dark', '10m'));
  const target = join(repository, 'examples/photo-gallery');
  const fis = (name: string, ...more: string[]): string[] =>
    ['fis', name, file, '--target', target, '--endpoint-url', endpoint.url, '--arm', LOCAL_ACCOUNT].concat(more);
  const access = new FisAccess(endpoint.url);
  t.teardown(() => access.close());
  const experiments = (): Promise<readonly { id: string; status: string }[]> => access.experiments('us-east-1');

  const unarmed = await chaos(fis('apply').slice(0, -2));
  t.equal(unarmed.code, 2);
  t.match(unarmed.stderr, `--arm ${LOCAL_ACCOUNT}`);
  const other = await chaos([...fis('apply').slice(0, -1), '111122223333']);
  t.equal(other.code, 2, 'another account than chaos.yaml’s');
  const elsewhere = join(folder, 'chaos.yaml');
  const role = 'arn:aws:iam::111122223333:role/fis';
  const aws = `aws: { account: '111122223333', role: '${role}', subnets: { tags: { App: x } } }`;
  writeFileSync(elsewhere, `name: gallery\nurl: http://127.0.0.1:1\n${aws}\n`);
  const foreign = await chaos([
    'fis',
    'apply',
    file,
    '--target',
    elsewhere,
    '--endpoint-url',
    endpoint.url,
    '--arm',
    '111122223333',
  ]);
  t.match(foreign.stderr, `these credentials are of ${LOCAL_ACCOUNT}`, 'FIS itself is asked whose they are');
  t.strictSame(await access.templates('us-east-1'), [], 'nothing was made');

  t.match((await chaos(fis('apply'))).stdout, /template dark made/);
  t.match((await chaos(fis('apply'))).stdout, /is as planned/);
  const [template, ...others] = await access.templates('us-east-1');
  t.strictSame(others, [], 'twice applied, once made');
  writeFileSync(file, scenario('dark', '11m'));
  t.match(
    (await chaos(fis('apply'))).stdout,
    /template deleted[^]*template dark made/,
    'what has changed is made anew',
  );
  t.not((await access.templates('us-east-1'))[0]?.id, template?.id);

  const out = join(folder, 'out');
  const started = startChaos(fis('start', '--out', out));
  await begun(started);
  t.match(started.stderr(), /subnet-gameday/, 'the preview names the targets');
  started.child.kill('SIGINT');
  t.equal((await started.exit).code, 130, 'Ctrl-C');
  t.strictSame(
    (await experiments()).map(({ status }) => status),
    ['completed', 'stopped'],
    'the preview, and the experiment',
  );
  const changes = readFileSync(join(out, 'fis.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { what: string });
  t.match(changes.at(-1)?.what, /^experiment stopped/, 'every change is in the journal, the last one too');

  const killed = startChaos(fis('start', '--out', join(folder, 'killed')));
  await begun(killed);
  killed.child.kill('SIGKILL');
  await killed.exit;
  for (let left = await experiments(); left.some(({ status }) => status === 'running'); left = await experiments()) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  t.equal((await experiments()).at(-1)?.status, 'stopped', 'the lease ends with the process that held it');

  const third = startChaos(fis('start', '--out', join(folder, 'third')));
  await begun(third);
  t.match((await chaos(fis('stop'))).stdout, /experiment stopped/, 'somebody else stops it');
  t.equal((await third.exit).code, 5, 'and whoever follows it is told');
  t.match((await chaos(fis('destroy'))).stdout, /template dark deleted/);
  t.strictSame(await access.templates('us-east-1'), []);
  t.match((await chaos(fis('status'))).stdout, /experiment {2}dark in us-east-1: stopped/);
});

test('a run on FIS is graded as any other', async (t) => {
  const { endpoint, s3Url } = await openFisStage(t);
  const s3 = new S3Client({
    endpoint: s3Url('us-east-1'),
    region: 'us-east-1',
    credentials: EMBEDDED_CREDENTIALS,
    forcePathStyle: true,
  });
  await s3.send(new CreateBucketCommand({ Bucket: 'gallery-photos' }));
  s3.destroy();
  const folder = scratch(t);
  const file = join(folder, 'spell.yaml');
  writeFileSync(file, scenario('spell', '5s'));
  const out = join(folder, 'out');
  const target = join(repository, 'examples/photo-gallery');
  const armed = ['--on', 'fis', '--arm', LOCAL_ACCOUNT, '--endpoint-url', endpoint.url, '--grid', '1s'];
  const run = ['run', file, '--target', target, '--out', out, ...armed];
  const blind = await chaos(run);
  t.equal(blind.code, 2, 'an app whose S3 FIS does not break is refused');
  t.match(blind.stderr, '--upstream');
  const { code, stdout, stderr } = await chaos([...run, '--upstream', `us-east-1=${s3Url('us-east-1')}`]);
  t.ok(code === 0 || code === 3, `${code}\n${stderr}`);
  t.match(stdout, /Nothing answers/, 'the same summary');
  const entries = readEntries(join(out, 'journal.ndjson'));
  t.match(entries.at(-1), { type: 'run.ended', reason: 'completed' });
  const said = entriesOf(entries, 'event.started').map(({ what }) => what);
  t.ok(
    said.some((what) => what.includes('experiment running: cut-s3-1 running')),
    'FIS’s own states are in the journal',
  );
  t.ok(said.some((what) => what.includes('preview of spell completed')));
  const met = entriesOf(entries, 's3.exchange').filter(({ fault }) => fault?.window === 'fis/1-cut-s3');
  t.ok(met.length > 0, 'requests that met the outage are put down to FIS');
  const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as { dimensions?: unknown };
  t.ok(report, 'the same report');
});
