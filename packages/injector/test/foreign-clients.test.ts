import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

type Environment = Readonly<Record<string, string>>;
type Command = (program: string, args: readonly string[], env?: Environment) => Promise<string>;

/** How a client is led to the injector: to its endpoint (a URL), or through its proxy with an app's own endpoint. */
interface Mode {
  readonly name: 'at the endpoint' | 'through the proxy';
  readonly endpoint: string | null;
  readonly env: Environment;
  /** Where the proxy listens, for clients that take it from a file of their own. */
  readonly proxy: URL;
}

interface Stage {
  readonly folder: string;
  readonly file: string;
  readonly small: string;
  readonly events: ExchangeEvent[];
  readonly command: Command;
  readonly modes: readonly Mode[];
}

/** A client's walk: it puts, uploads in parts, copies and lists, and gets the copy to a file. Gives the listing. */
interface Walk {
  readonly client: string;
  /** Why it cannot be walked here. */
  readonly absent: string | false;
  readonly walk: (stage: Stage, mode: Mode, got: string) => Promise<string>;
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
  const [file, small] = [join(folder, 'original'), join(folder, 'small')];
  writeFileSync(file, randomBytes(BYTES));
  writeFileSync(small, 'written by an app');
  if (injector.proxy === null) throw new Error('no proxy');
  const proxy = new URL(injector.proxy.url);
  const { PATH = '' } = process.env;
  return {
    folder,
    file,
    small,
    events,
    modes: [
      { name: 'at the endpoint', endpoint: injector.endpoints.get('us-east-1') ?? '', env: {}, proxy },
      { name: 'through the proxy', endpoint: null, env: await proxyEnvironment(injector.proxy, folder), proxy },
    ],
    command: async (program, args, env = {}) => {
      const { stdout } = await run(program, args, { env: { PATH, HOME: folder, ...keys, ...env }, timeout: 60_000 });
      return stdout;
    },
  };
}

const runs = (program: string, ...args: string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;
/** The one that Debian packages, where there is one: another of the same name may come first in PATH. */
const debians = (name: string): string => (existsSync(`/usr/bin/${name}`) ? `/usr/bin/${name}` : name);
const aws = debians('aws');
const python = runs('/usr/bin/python3', '-c', 'import boto3') ? '/usr/bin/python3' : 'python3';
const unless = (there: boolean, name: string): string | false => (there ? false : `${name} is not installed`);

const boto = `
import sys, boto3
large, small, got = sys.argv[1:4]
s3 = boto3.client('s3', endpoint_url=sys.argv[4] if len(sys.argv) > 4 else None)
s3.put_object(Bucket='photos', Key='boto/small', Body=open(small, 'rb'))
s3.upload_file(large, 'photos', 'boto/a b')
s3.copy_object(Bucket='photos', Key='boto/copy', CopySource={'Bucket': 'photos', 'Key': 'boto/a b'})
print([o['Key'] for o in s3.list_objects_v2(Bucket='photos', Prefix='boto/')['Contents']])
s3.download_file('photos', 'boto/copy', got)
`;

const walks: readonly Walk[] = [
  {
    client: 'client-s3 and lib-storage',
    absent: false,
    walk: ({ command, file }, { endpoint, env }, got) => {
      const app = fileURLToPath(new URL('app-child.js', import.meta.url));
      return command(process.execPath, [app, file, got, ...(endpoint === null ? [] : [endpoint])], env);
    },
  },
  {
    client: 'boto3',
    absent: unless(runs(python, '-c', 'import boto3'), 'python3-boto3'),
    walk: ({ command, file, small }, { endpoint, env }, got) =>
      command(python, ['-c', boto, file, small, got, ...(endpoint === null ? [] : [endpoint])], env),
  },
  {
    client: 'awscli',
    absent: unless(runs(aws, '--version'), 'awscli'),
    walk: async ({ command, file, small }, { endpoint, env }, got) => {
      const options = endpoint === null ? [] : ['--endpoint-url', endpoint];
      const s3 = (...args: string[]): Promise<string> => command(aws, [...options, 's3', ...args], env);
      await s3('cp', small, 's3://photos/aws/small');
      await s3('cp', file, 's3://photos/aws/a b');
      await s3('cp', 's3://photos/aws/a b', 's3://photos/aws/copy');
      const listing = await s3('ls', 's3://photos/aws/');
      await s3('cp', 's3://photos/aws/copy', got);
      return listing;
    },
  },
  {
    client: 'rclone',
    absent: unless(runs('rclone', 'version'), 'rclone'),
    walk: async ({ command, file, small }, { endpoint, env }, got) => {
      // Its provider AWS insists on virtual-host style, and would look for photos.127.0.0.1 without an end.
      const remote = { RCLONE_S3_PROVIDER: 'Other', RCLONE_S3_ENDPOINT: endpoint ?? '' };
      const { AWS_CA_BUNDLE: _unloadable, ...heeded } = env;
      const settings = {
        ...heeded,
        RCLONE_S3_ENV_AUTH: 'true',
        RCLONE_S3_REGION: 'us-east-1',
        ...(endpoint === null ? { RCLONE_S3_PROVIDER: 'AWS' } : remote),
      };
      // It would not send again what it finds there from the other mode.
      const options = ['--ignore-times', '--s3-no-check-bucket', '--s3-upload-cutoff', '5M', '--s3-chunk-size', '5M'];
      const rclone = (...args: string[]): Promise<string> => command('rclone', [...options, ...args], settings);
      await rclone('copyto', small, ':s3:photos/rclone/small');
      await rclone('copyto', file, ':s3:photos/rclone/a b');
      await rclone('copyto', ':s3:photos/rclone/a b', ':s3:photos/rclone/copy');
      const listing = await rclone('lsf', ':s3:photos/rclone/');
      await rclone('copyto', ':s3:photos/rclone/copy', got);
      return listing;
    },
  },
  {
    client: 's3cmd',
    absent: unless(runs('s3cmd', '--version'), 's3cmd'),
    walk: async ({ command, folder, file, small }, { endpoint, env, proxy }, got) => {
      // It heeds no environment: its proxy stands in its configuration.
      const config = join(folder, 's3cmd.cfg');
      const through = `proxy_host = ${proxy.hostname}\nproxy_port = ${proxy.port}\nca_certs_file = ${env['SSL_CERT_FILE']}\n`;
      writeFileSync(config, `[default]\n${endpoint === null ? through : ''}`);
      const host = endpoint === null ? '' : new URL(endpoint).host;
      const keysOf = [`--access_key=${keys.AWS_ACCESS_KEY_ID}`, `--secret_key=${keys.AWS_SECRET_ACCESS_KEY}`];
      const place = endpoint === null ? [] : ['--no-ssl', `--host=${host}`, `--host-bucket=${host}`];
      const s3cmd = (...args: string[]): Promise<string> =>
        command('s3cmd', ['-c', config, ...keysOf, ...place, ...args], env);
      await s3cmd('put', small, 's3://photos/s3cmd/small');
      await s3cmd('put', '--multipart-chunk-size-mb=5', file, 's3://photos/s3cmd/a b');
      await s3cmd('cp', 's3://photos/s3cmd/a b', 's3://photos/s3cmd/copy');
      const listing = await s3cmd('ls', 's3://photos/s3cmd/');
      await s3cmd('get', '--force', 's3://photos/s3cmd/copy', got);
      return listing;
    },
  },
];

/** What every client must have asked for: each entry is one operation, or another that does the same. */
const asked = [
  ['PutObject'],
  ['UploadPart'],
  ['CompleteMultipartUpload'],
  ['CopyObject', 'UploadPartCopy'],
  ['ListObjectsV2', 'ListObjects'],
  ['GetObject'],
] as const;

test('foreign clients put, upload in parts, copy, list and get, their signatures intact', async (t) => {
  const stage = await setUp(t);
  const got = join(stage.folder, 'got');
  for (const { client, absent, walk } of walks) {
    for (const mode of stage.modes) {
      await t.test(`${client}, ${mode.name}`, { skip: absent }, async (tt) => {
        const listing = await walk(stage, mode, got);
        for (const name of ['small', 'a b', 'copy']) tt.ok(listing.includes(name), `${name} is listed`);
        tt.ok(readFileSync(got).equals(readFileSync(stage.file)), 'byte for byte');
        rmSync(got);
        const events = stage.events.splice(0);
        const operations = new Set(events.map(({ exchange }) => exchange.operation));
        for (const names of asked)
          tt.ok(
            names.some((name) => operations.has(name)),
            names.join(' or '),
          );
        // Some look first whether there is something in the way.
        const failed = events.filter(({ status, exchange }) => (status ?? 0) >= 400 && exchange.method !== 'HEAD');
        tt.same(failed, [], 'the store has accepted every signature');
      });
    }
  }
});
