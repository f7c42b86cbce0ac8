import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { test } from 'tap';
import { z } from 'zod';
import { chaos, scratch, startChaos, until, type ChaosProcess } from './chaos-process.ts';

const announcement = z.object({ endpoints: z.record(z.string(), z.string()) });

async function announced(started: ChaosProcess): Promise<Record<string, string>> {
  await until(() => started.stdout().includes('\n'));
  return announcement.parse(JSON.parse(started.stdout())).endpoints;
}

const clientOf = (endpoint: string | undefined, region: string): S3Client =>
  new S3Client({
    endpoint: endpoint ?? '',
    region,
    credentials: { accessKeyId: 'two', secretAccessKey: 'second' },
    maxAttempts: 1,
  });

test('chaos s3 serves several regions alone, keeps its objects, and ends when asked', async (t) => {
  const data = scratch(t);
  const args = ['s3', '--regions', 'us-east-1,eu-west-1', '--port', '0', '--data', data, '--json'];
  const keys = ['--access-key', 'one', '--secret-key', 'first', '--access-key', 'two', '--secret-key', 'second'];
  const first = startChaos([...args, ...keys]);
  const east = clientOf((await announced(first))['us-east-1'], 'us-east-1');
  await east.send(new CreateBucketCommand({ Bucket: 'kept' }));
  await east.send(new PutObjectCommand({ Bucket: 'kept', Key: 'a/../b', Body: 'still here' }));
  east.destroy();
  first.child.kill('SIGTERM');
  t.match(await first.exit, { code: 0 });

  const second = startChaos([...args, ...keys]);
  const endpoints = await announced(second);
  const again = clientOf(endpoints['us-east-1'], 'us-east-1');
  const { Body } = await again.send(new GetObjectCommand({ Bucket: 'kept', Key: 'a/../b' }));
  t.equal(await Body?.transformToString(), 'still here');
  const west = clientOf(endpoints['eu-west-1'], 'eu-west-1');
  await t.rejects(west.send(new GetObjectCommand({ Bucket: 'kept', Key: 'a/../b' })), { name: 'PermanentRedirect' });
  again.destroy();
  west.destroy();
  second.child.kill('SIGTERM');
  t.match(await second.exit, { code: 0 });

  t.match(await chaos(['s3', '--access-key', 'lonely']), { code: 2, stderr: /as many secrets as keys/ });
});
