import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'tap';
import { endpointOf, owner, startTestStore } from '../../test/store-kit.ts';

// The clients that Debian packages. They start slowly, so each is called as seldom as shows what it needs. Each walks the same way: make a bucket, put a small and a large object, list, read
// back, copy, presign, delete.
const LARGE_BYTES = 17 * 1024 * 1024;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Why a client cannot be tested here; false where it can. */
function absence(command: string, ...probe: string[]): string | false {
  const { status } = spawnSync(command, probe, { stdio: 'ignore' });
  return status === 0 ? false : `${[command, ...probe].join(' ')} does not run: the client is not installed`;
}

interface Ran {
  readonly code: number | null;
  readonly output: string;
}

function run(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

interface Bench {
  readonly folder: string;
  readonly endpoint: string;
  readonly large: Buffer;
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/** A store, and a folder that is the client's home, with a small and a large file to send. */
async function prepare(): Promise<Bench> {
  const store = await startTestStore();
  const folder = await mkdtemp(join(tmpdir(), 'gameday-client-'));
  const large = randomBytes(LARGE_BYTES);
  await writeFile(join(folder, 'small.txt'), 'small & plain\n');
  await writeFile(join(folder, 'large.bin'), large);
  const env = {
    HOME: folder,
    AWS_ACCESS_KEY_ID: owner.accessKeyId,
    AWS_SECRET_ACCESS_KEY: owner.secretAccessKey,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const stop = async (): Promise<void> => {
    await store.stop();
    await rm(folder, { recursive: true });
  };
  return { folder, endpoint: endpointOf(store), large, env, stop };
}

test('aws, the command line client', { skip: absence('/usr/bin/aws', '--version') }, async (t) => {
  const { folder, endpoint, large, env, stop } = await prepare();
  t.teardown(stop);
  const aws = async (...args: string[]): Promise<string> => {
    const { code, output } = await run('/usr/bin/aws', ['--endpoint-url', endpoint, ...args], env);
    t.equal(code, 0, `aws ${args.join(' ')}${code === 0 ? '' : `: ${output}`}`);
    return output;
  };
  await aws('s3', 'mb', 's3://cli-bucket');
  await aws('s3', 'cp', join(folder, 'small.txt'), 's3://cli-bucket/dir/a b+c&ü.txt');
  await aws('s3', 'cp', join(folder, 'large.bin'), 's3://cli-bucket/large.bin');
  t.match(await aws('s3', 'ls', '--recursive', 's3://cli-bucket'), /dir\/a b\+c&ü\.txt[^]*large\.bin/);
  await aws('s3', 'cp', 's3://cli-bucket/large.bin', join(folder, 'back.bin'));
  t.equal(sha256(await readFile(join(folder, 'back.bin'))), sha256(large));
  await aws('s3', 'cp', 's3://cli-bucket/large.bin', 's3://cli-bucket/copy.bin');
  t.match(
    await aws('s3api', 'head-object', '--bucket', 'cli-bucket', '--key', 'copy.bin'),
    /"ContentLength": 17825792/,
  );
  const url = (await aws('s3', 'presign', 's3://cli-bucket/dir/a b+c&ü.txt')).trim();
  t.equal(await (await fetch(url)).text(), 'small & plain\n');
  await aws('s3', 'rm', '--recursive', 's3://cli-bucket');
  const refused = await run(
    '/usr/bin/aws',
    ['--endpoint-url', endpoint, 's3api', 'get-object', '--bucket', 'cli-bucket', '--key', 'nope', join(folder, 'x')],
    env,
  );
  t.match(refused.output, /NoSuchKey/);
});

const boto = `
import boto3, io, os, hashlib, urllib.request
from botocore.exceptions import ClientError
s3 = boto3.client('s3', endpoint_url=os.environ['ENDPOINT'])
b = 'boto-bucket'
s3.create_bucket(Bucket=b)
s3.put_object(Bucket=b, Key='dir/a b+c&\\u00fc.txt', Body=b'small', Metadata={'k': 'v'}, ContentType='text/x')
assert s3.head_object(Bucket=b, Key='dir/a b+c&\\u00fc.txt')['Metadata'] == {'k': 'v'}
large = open(os.environ['LARGE'], 'rb').read()
s3.upload_fileobj(io.BytesIO(large), b, 'large')
back = io.BytesIO()
s3.download_fileobj(b, 'large', back)
assert back.getvalue() == large
assert s3.get_object(Bucket=b, Key='large', Range='bytes=5-9')['Body'].read() == large[5:10]
for n in range(25):
    s3.put_object(Bucket=b, Key='many/%02d' % n, Body=b'x')
pages = s3.get_paginator('list_objects_v2').paginate(Bucket=b, Prefix='many/', PaginationConfig={'PageSize': 7})
keys = [o['Key'] for p in pages for o in p['Contents']]
assert keys == ['many/%02d' % n for n in range(25)], keys
top = s3.list_objects_v2(Bucket=b, Delimiter='/')
assert [p['Prefix'] for p in top['CommonPrefixes']] == ['dir/', 'many/'], top
s3.copy({'Bucket': b, 'Key': 'large'}, b, 'copied')
assert s3.head_object(Bucket=b, Key='copied')['ContentLength'] == len(large)
url = s3.generate_presigned_url('get_object', Params={'Bucket': b, 'Key': 'dir/a b+c&\\u00fc.txt'}, ExpiresIn=60)
assert urllib.request.urlopen(url).read() == b'small', url
post = s3.generate_presigned_post(b, 'posted', ExpiresIn=60)
assert post['url'].startswith(os.environ['ENDPOINT'])
s3.put_object_tagging(Bucket=b, Key='copied', Tagging={'TagSet': [{'Key': 'a', 'Value': 'b'}]})
assert s3.get_object_tagging(Bucket=b, Key='copied')['TagSet'] == [{'Key': 'a', 'Value': 'b'}]
try:
    s3.get_object(Bucket=b, Key='nope')
    raise AssertionError('a missing key was found')
except ClientError as e:
    assert e.response['Error']['Code'] == 'NoSuchKey', e.response
bucket = boto3.resource('s3', endpoint_url=os.environ['ENDPOINT']).Bucket(b)
bucket.objects.all().delete()
bucket.delete()
print('walked', boto3.__version__)
`;

for (const python of ['python3', '/usr/bin/python3']) {
  test(`boto3, with ${python}`, { skip: absence(python, '-c', 'import boto3') }, async (t) => {
    const { folder, endpoint, env, stop } = await prepare();
    t.teardown(stop);
    const { code, output } = await run(python, ['-c', boto], {
      ...env,
      ENDPOINT: endpoint,
      LARGE: join(folder, 'large.bin'),
    });
    t.equal(code, 0, output);
    t.match(output, /walked/);
  });
}

test('rclone', { skip: absence('rclone', 'version') }, async (t) => {
  const { folder, endpoint, large, env, stop } = await prepare();
  t.teardown(stop);
  const settings = {
    RCLONE_S3_PROVIDER: 'Minio',
    RCLONE_S3_ENV_AUTH: 'true',
    RCLONE_S3_ENDPOINT: endpoint,
    RCLONE_S3_REGION: 'us-east-1',
  };
  const rclone = async (...args: string[]): Promise<string> => {
    const { code, output } = await run('rclone', args, { ...env, ...settings });
    t.equal(code, 0, `rclone ${args.join(' ')}${code === 0 ? '' : `: ${output}`}`);
    return output;
  };
  await rclone('mkdir', ':s3:rclone-bucket');
  await rclone('copyto', join(folder, 'small.txt'), ':s3:rclone-bucket/dir/a b+c&ü.txt');
  await rclone(
    '--s3-upload-cutoff',
    '5M',
    '--s3-chunk-size',
    '5M',
    'copyto',
    join(folder, 'large.bin'),
    ':s3:rclone-bucket/large.bin',
  );
  t.match(await rclone('lsf', '-R', ':s3:rclone-bucket'), /dir\/a b\+c&ü\.txt/);
  await rclone('copyto', ':s3:rclone-bucket/large.bin', join(folder, 'back.bin'));
  t.equal(sha256(await readFile(join(folder, 'back.bin'))), sha256(large));
  await rclone('copyto', ':s3:rclone-bucket/large.bin', ':s3:rclone-bucket/copy.bin');
  await rclone('check', '--one-way', folder, ':s3:rclone-bucket', '--include', 'large.bin');
  await rclone('purge', ':s3:rclone-bucket');
});

test('s3cmd', { skip: absence('s3cmd', '--version') }, async (t) => {
  const { folder, endpoint, large, env, stop } = await prepare();
  t.teardown(stop);
  const { host } = new URL(endpoint);
  const settings = [
    '--no-ssl',
    `--host=${host}`,
    `--host-bucket=${host}`,
    `--access_key=${owner.accessKeyId}`,
    `--secret_key=${owner.secretAccessKey}`,
  ];
  const s3cmd = async (...args: string[]): Promise<string> => {
    const { code, output } = await run('s3cmd', [...settings, ...args], env);
    t.equal(code, 0, `s3cmd ${args.join(' ')}${code === 0 ? '' : `: ${output}`}`);
    return output;
  };
  await s3cmd('mb', 's3://s3cmd-bucket');
  await s3cmd('put', join(folder, 'small.txt'), 's3://s3cmd-bucket/dir/a b+c.txt');
  await s3cmd('put', '--multipart-chunk-size-mb=5', join(folder, 'large.bin'), 's3://s3cmd-bucket/large.bin');
  t.match(await s3cmd('ls', '-r', 's3://s3cmd-bucket'), /dir\/a b\+c\.txt/);
  await s3cmd('get', 's3://s3cmd-bucket/large.bin', join(folder, 'back.bin'));
  t.equal(sha256(await readFile(join(folder, 'back.bin'))), sha256(large));
  await s3cmd('cp', 's3://s3cmd-bucket/dir/a b+c.txt', 's3://s3cmd-bucket/copied');
  t.match(await s3cmd('info', 's3://s3cmd-bucket'), /Location:\s+us-east-1/);
  t.match(await s3cmd('info', 's3://s3cmd-bucket/copied'), /File size:\s+14/);
  const url = (await s3cmd('signurl', 's3://s3cmd-bucket/copied', '+60')).trim();
  t.equal(await (await fetch(url)).text(), 'small & plain\n');
  await s3cmd('del', '-r', '--force', 's3://s3cmd-bucket');
  await s3cmd('rb', 's3://s3cmd-bucket');
});
