import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { test, type Test } from 'tap';
import { proxyEnvironment, startInjector, startStore, type ExchangeEvent } from '../src/index.ts';

const run = promisify(execFile);
const keys = { AWS_ACCESS_KEY_ID: 'GAMEDAY', AWS_SECRET_ACCESS_KEY: 'gameday-secret', AWS_DEFAULT_REGION: 'us-east-1' };
const credentials = { accessKeyId: keys.AWS_ACCESS_KEY_ID, secretAccessKey: keys.AWS_SECRET_ACCESS_KEY };
/** Long enough to go up in parts with every client. */
const BYTES = 9 * 1_048_576;

interface Stage {
  readonly folder: string;
  readonly file: string;
  readonly endpoint: string;
  readonly proxied: Readonly<Record<string, string>>;
  readonly events: ExchangeEvent[];
  readonly command: (
    program: string,
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ) => Promise<string>;
  /** What has come back must be what went out, and in parts. */
  readonly same: (tt: Test, file: string) => void;
}

async function setUp(t: Test): Promise<Stage> {
  const store = await startStore({ regions: ['us-east-1'], credentials: [credentials] });
  const upstream = store.endpoints.get('us-east-1') ?? '';
  const events: ExchangeEvent[] = [];
  const injector = await startInjector({
    regions: [{ region: 'us-east-1', upstream }],
    seed: 'seed',
    proxyPort: 0,
    onExchange: (event) => events.push(event),
  });
  const folder = mkdtempSync(join(tmpdir(), 'gameday-clients-'));
  t.teardown(async () => {
    await injector.stop();
    await store.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const client = new S3Client({ endpoint: upstream, region: 'us-east-1', credentials });
  await client.send(new CreateBucketCommand({ Bucket: 'photos' }));
  client.destroy();
  const file = join(folder, 'original');
  writeFileSync(file, randomBytes(BYTES));
  if (injector.proxy === null) throw new Error('no proxy');
  const { PATH = '' } = process.env;
  return {
    folder,
    file,
    events,
    endpoint: injector.endpoints.get('us-east-1') ?? '',
    proxied: await proxyEnvironment(injector.proxy, folder),
    command: async (program, args, env = {}) => {
      const { stdout } = await run(program, args, { env: { PATH, HOME: folder, ...keys, ...env }, timeout: 60_000 });
      return stdout;
    },
    same: (tt, got) => {
      tt.ok(readFileSync(got).equals(readFileSync(file)), 'byte for byte');
      const operations = new Set(events.splice(0).map(({ exchange }) => exchange.operation));
      tt.ok(operations.has('UploadPart') && operations.has('CompleteMultipartUpload'), 'in parts');
    },
  };
}

const installed = (name: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));

const boto = `
import sys, boto3
s3 = boto3.client('s3', endpoint_url=sys.argv[3] if len(sys.argv) > 3 else None)
s3.upload_file(sys.argv[1], 'photos', 'boto/a b')
s3.copy_object(Bucket='photos', Key='boto/copy', CopySource={'Bucket': 'photos', 'Key': 'boto/a b'})
assert s3.list_objects_v2(Bucket='photos', Prefix='boto/')['KeyCount'] == 2
s3.download_file('photos', 'boto/copy', sys.argv[2])
`;

test('foreign clients put, copy, list and get, in parts, their signatures intact', { timeout: 110_000 }, async (t) => {
  const stage = await setUp(t);
  const { command, file, folder, endpoint, proxied, same } = stage;
  const got = join(folder, 'got');

  await t.test('Node, its endpoint hard-coded, by the preload', async (tt) => {
    const app = fileURLToPath(new URL('app-child.js', import.meta.url));
    tt.equal(await command(process.execPath, [app], proxied), '2 written by an app');
    tt.ok(stage.events.length >= 4);
  });

  const hasBoto = await command('python3', ['-c', 'import boto3']).then(
    () => true,
    () => false,
  );
  await t.test('boto3', { skip: hasBoto ? false : 'python3-boto3 is not installed' }, async (tt) => {
    await command('python3', ['-c', boto, file, got, endpoint]);
    same(tt, got);
    await command('python3', ['-c', boto, file, got], proxied);
    same(tt, got);
  });

  await t.test('aws', { skip: installed('/usr/bin/aws') ? false : 'awscli is not installed' }, async (tt) => {
    for (const [args, env] of [
      [['--endpoint-url', endpoint], {}],
      [[], proxied],
    ] as const) {
      await command('/usr/bin/aws', [...args, 's3', 'cp', file, 's3://photos/aws/a b'], env);
      await command('/usr/bin/aws', [...args, 's3', 'cp', 's3://photos/aws/a b', 's3://photos/aws/copy'], env);
      tt.match(await command('/usr/bin/aws', [...args, 's3', 'ls', 's3://photos/aws/'], env), 'copy');
      await command('/usr/bin/aws', [...args, 's3', 'cp', 's3://photos/aws/copy', got], env);
      same(tt, got);
    }
  });
});
