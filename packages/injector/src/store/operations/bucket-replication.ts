import { readDocument } from '../body/documents.ts';
import { readReplication } from '../core/replication.ts';
import { S3Error } from '../core/s3-error.ts';
import { xmlReply, type Call, type Reply } from '../http/call.ts';
import type { Services } from '../services.ts';
import { bucketOf } from './lookup.ts';

export function getBucketReplication(call: Call, services: Services): Reply {
  const document = bucketOf(call, services).configurations.get('replication');
  if (document === undefined) {
    throw new S3Error('ReplicationConfigurationNotFoundError', { details: { BucketName: call.bucket } });
  }
  return xmlReply(document.trim());
}

export async function putBucketReplication(call: Call, services: Services): Promise<Reply> {
  const document = await readDocument(call);
  const rules = readReplication(document);
  if (bucketOf(call, services).versioning !== 'Enabled') {
    throw new S3Error('InvalidRequest', {
      message: "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
    });
  }
  for (const { destination: name } of rules) {
    const destination = services.catalog.bucket(name);
    if (destination === undefined) {
      throw new S3Error('InvalidRequest', { message: 'Destination bucket must exist.' });
    }
    if (destination.versioning !== 'Enabled') {
      throw new S3Error('InvalidRequest', { message: 'Destination bucket must have versioning enabled.' });
    }
    if (name === call.bucket) {
      throw new S3Error('InvalidRequest', { message: 'Destination bucket cannot be the same as the source bucket.' });
    }
  }
  await services.commit({ type: 'bucket.configured', bucket: call.bucket, name: 'replication', value: document });
  return { status: 200 };
}

export async function deleteBucketReplication(call: Call, services: Services): Promise<Reply> {
  bucketOf(call, services);
  await services.commit({ type: 'bucket.configured', bucket: call.bucket, name: 'replication', value: null });
  return { status: 204 };
}
