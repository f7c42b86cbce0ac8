import { readDocument } from '../body/documents.ts';
import type { ObjectVersion } from '../catalog/object-version.ts';
import { S3Error } from '../core/s3-error.ts';
import { tagSetXml, tagsFromXml, type Tag } from '../core/tags.ts';
import { parseXml } from '../core/xml-read.ts';
import { xmlDocument } from '../core/xml-write.ts';
import { xmlReply, type Call, type Reply } from '../http/call.ts';
import type { Services } from '../services.ts';
import { bucketOf, objectNamed, versionHeader } from './lookup.ts';

const versionOf = (call: Call, services: Services): ObjectVersion =>
  objectNamed(bucketOf(call, services), call.key, call.query.get('versionId'));

export function getObjectTagging(call: Call, services: Services): Reply {
  const version = versionOf(call, services);
  return xmlReply(
    xmlDocument('Tagging', tagSetXml(version.tags ?? [])),
    versionHeader(bucketOf(call, services), version.versionId),
  );
}

export async function putObjectTagging(call: Call, services: Services): Promise<Reply> {
  versionOf(call, services);
  const tags = tagsFromXml(parseXml(await readDocument(call), 'Tagging'), 'object');
  return { status: 200, headers: await setTags(call, services, tags) };
}

export async function deleteObjectTagging(call: Call, services: Services): Promise<Reply> {
  return { status: 204, headers: await setTags(call, services, []) };
}

async function setTags(call: Call, services: Services, tags: readonly Tag[]): Promise<Record<string, string>> {
  const bucket = bucketOf(call, services);
  const { key, versionId } = versionOf(call, services);
  await services.commit({ type: 'version.amended', bucket: call.bucket, key, versionId, tags });
  return versionHeader(bucket, versionId);
}

export function getBucketTagging(call: Call, services: Services): Reply {
  const set = bucketOf(call, services).configurations.get('tagging');
  if (set === undefined) throw new S3Error('NoSuchTagSet', { details: { BucketName: call.bucket } });
  return xmlReply(xmlDocument('Tagging', set));
}

export async function putBucketTagging(call: Call, services: Services): Promise<Reply> {
  const tags = tagsFromXml(parseXml(await readDocument(call), 'Tagging'), 'bucket');
  bucketOf(call, services);
  await services.commit({ type: 'bucket.configured', bucket: call.bucket, name: 'tagging', value: tagSetXml(tags) });
  return { status: 204 };
}

export async function deleteBucketTagging(call: Call, services: Services): Promise<Reply> {
  bucketOf(call, services);
  await services.commit({ type: 'bucket.configured', bucket: call.bucket, name: 'tagging', value: null });
  return { status: 204 };
}
