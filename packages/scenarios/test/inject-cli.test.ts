import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { startStore } from '@gameday/injector';
import { test } from 'tap';
import { chaos, scratch, startChaos, until } from './chaos-process.ts';
import { appCommand } from './eyes-kit.ts';

const user = { accessKeyId: 'USER', secretAccessKey: 'user-secret' };

test('an S3 elsewhere must be armed', async (t) => {
  const unarmed = /not on this machine, so its data is somebody's[^]*--arm BUCKET/;
  const commands = [
    ['inject --region us-east-1=aws', unarmed],
    ['run brownout --upstream us-east-1=https://s3.example.org', unarmed],
    ['inject --region us-east-1=aws --arm account:12', /expected bucket names, or one account/],
    ['run brownout --upstream us-east-1=aws --arm my-bucket', /the target uses bucket \S+, which is not armed/],
    ['doctor --upstream us-east-1=aws', unarmed],
    ['doctor --upstream us-east-1=aws --arm my-bucket', /the target uses bucket \S+, which is not armed/],
  ] as const;
  const ended = await Promise.all(commands.map(([command]) => chaos(command.split(' '))));
  for (const [index, { code, stderr }] of ended.entries()) {
    t.equal(code, 2);
    t.match(stderr, commands[index]?.[1] ?? '');
  }
});

test('chaos inject before an S3 that is armed: the app has keys of its own, and reaches what is named alone', async (t) => {
  const store = await startStore({ regions: ['us-east-1'], credentials: [user] });
  const upstream = store.endpoints.get('us-east-1') ?? '';
  const direct = new S3Client({ endpoint: upstream, region: 'us-east-1', credentials: user });
  for (const Bucket of ['named', 'other']) await direct.send(new CreateBucketCommand({ Bucket }));
  const env = { AWS_ACCESS_KEY_ID: user.accessKeyId, AWS_SECRET_ACCESS_KEY: user.secretAccessKey };
  const injecting = startChaos(['inject', '--region', `us-east-1=${upstream}`, '--arm', 'named'], { env });
  t.teardown(async () => {
    injecting.child.kill('SIGINT');
    await injecting.exit;
    direct.destroy();
    await store.stop();
  });
  await until(() => injecting.stdout().includes('keys '));
  const [, endpoint = ''] = /endpoint\s+us-east-1\s+(\S+)/.exec(injecting.stdout()) ?? [];
  const [, accessKeyId = '', secretAccessKey = ''] = /keys\s+(\S+) (\S+)/.exec(injecting.stdout()) ?? [];
  t.not(secretAccessKey, user.secretAccessKey);
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } });
  await client.send(new PutObjectCommand({ Bucket: 'named', Key: 'k', Body: 'through' }));
  const got = await direct.send(new GetObjectCommand({ Bucket: 'named', Key: 'k' }));
  t.equal(await got.Body?.transformToString(), 'through');
  await t.rejects(client.send(new ListObjectsV2Command({ Bucket: 'other' })), {
    name: 'AccessDenied',
    message: 'Gameday is not armed for bucket other, only for named',
  });
  client.destroy();
});

test('chaos doctor before an S3 that is armed looks, and touches what is named alone', async (t) => {
  const store = await startStore({ regions: ['us-east-1'], credentials: [user] });
  const upstream = store.endpoints.get('us-east-1') ?? '';
  const direct = new S3Client({ endpoint: upstream, region: 'us-east-1', credentials: user });
  t.teardown(async () => {
    direct.destroy();
    await store.stop();
  });
  for (const Bucket of ['manners', 'other']) await direct.send(new CreateBucketCommand({ Bucket }));
  const folder = scratch(t);
  const examine = async (bucket: string): Promise<{ code: number | null; text: string }> => {
    const file = join(folder, `${bucket}.yaml`);
    writeFileSync(
      file,
      `
name: armed
command: ${appCommand('s3-manners-app')}
env: { BUCKET: ${bucket} }
ready: { path: /healthz }
buckets: [manners]
workload:
  rate: 10/s
  steps: [{ id: put, class: read, request: { method: POST, path: / }, expect: { status: 201 } }]
`,
    );
    const env = { AWS_ACCESS_KEY_ID: user.accessKeyId, AWS_SECRET_ACCESS_KEY: user.secretAccessKey };
    const args = ['doctor', '--target', file, '--upstream', `us-east-1=${upstream}`, '--arm', 'manners', '--json'];
    const started = startChaos(args, { env });
    const { code } = await started.exit;
    return { code, text: started.stdout() + started.stderr() };
  };
  const [good, strayed] = await Promise.all([examine('manners'), examine('other')]);
  t.match(good, { code: 0, text: /"ready": true/ });
  t.notMatch(good.text, /refused/);
  t.not(strayed.code, 0);
  t.match(strayed.text, /requests were refused: Gameday is not armed for bucket other, only for manners/);
  const { KeyCount } = await direct.send(new ListObjectsV2Command({ Bucket: 'other' }));
  t.equal(KeyCount, 0);
});

const lookAtEnvironment = `
  import { readFileSync } from 'node:fs';
  import { request } from 'node:https';
  const { HTTPS_PROXY, AWS_CA_BUNDLE, SSL_CERT_FILE, NODE_EXTRA_CA_CERTS } = process.env;
  for (const file of [AWS_CA_BUNDLE, SSL_CERT_FILE, NODE_EXTRA_CA_CERTS]) readFileSync(file);
  request('https://s3.us-east-1.amazonaws.com/', (answer) => {
    console.log(HTTPS_PROXY, answer.resume().statusCode, process.env.NODE_OPTIONS);
  }).end();
`;

test('chaos inject --proxy: what it prints, in a shell, leads an app through the proxy', async (t) => {
  const injecting = startChaos(['inject', '--proxy', '0']);
  const folder = scratch(t);
  t.teardown(async () => {
    injecting.child.kill('SIGINT');
    await injecting.exit;
  });
  await until(() => injecting.stdout().includes('export GAMEDAY_PROXY='));
  const printed = injecting.stdout();
  const [, url = ''] = /^proxy\s+(\S+)$/m.exec(printed) ?? [];
  const [, authority = ''] = /^ca\s+(\S+)$/m.exec(printed) ?? [];
  t.match(readFileSync(authority, 'utf8'), /^-----BEGIN CERTIFICATE-----/);
  const app = join(folder, 'app.mjs');
  writeFileSync(app, lookAtEnvironment);
  const lines = printed.split('\n').filter((line) => line.startsWith('export '));
  const script = ['export NODE_OPTIONS=--no-warnings', ...lines, `node ${app}`].join('\n');
  const { stdout } = await promisify(execFile)('sh', ['-euc', script]);
  t.match(stdout, `${url} 403 --no-warnings --import=`, 'the embedded S3 answers, and NODE_OPTIONS are added to');
  injecting.child.kill('SIGINT');
  await injecting.exit;
  t.notOk(existsSync(authority), 'the certificates go with it');
});
