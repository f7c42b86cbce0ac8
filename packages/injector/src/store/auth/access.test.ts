import { createHmac } from 'node:crypto';
import {
  CreateBucketCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLoggingCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketAclCommand,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { test } from 'tap';
import { clientOf, codeOf, endpointOf, owner, startTestStore, stranger } from '../../../test/store-kit.ts';

const policyOf = (Bucket: string, ...Statement: object[]): PutBucketPolicyCommand =>
  new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });

const hmac256 = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

const code = async (answer: Promise<Response>): Promise<string> => {
  const response = await answer;
  return `${response.status} ${/<Code>(\w+)</.exec(await response.text())?.[1] ?? ''}`.trim();
};

const sign = (text: string): string => createHmac('sha1', owner.secretAccessKey).update(text).digest('base64');

test('ACLs and policies let others in, and only as far as they say', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const mine = clientOf(store);
  const theirs = clientOf(store, 'us-east-1', { credentials: stranger });
  const Bucket = 'shared';
  const url = `${endpointOf(store)}/${Bucket}`;
  await mine.send(new CreateBucketCommand({ Bucket }));
  await mine.send(new PutObjectCommand({ Bucket, Key: 'public/a', Body: 'open', ACL: 'public-read' }));
  await mine.send(new PutObjectCommand({ Bucket, Key: 'private/b', Body: 'shut' }));
  const read = (client: S3Client, Key: string): Promise<string> =>
    codeOf(client.send(new GetObjectCommand({ Bucket, Key })));
  t.equal(await (await fetch(`${url}/public/a`)).text(), 'open');
  t.equal((await fetch(`${url}/private/b`)).status, 403);
  t.equal((await fetch(`${url}/absent`)).status, 403, 'who may not list does not learn what is there');
  t.equal(await read(theirs, 'public/a'), 'success');
  t.equal(await read(theirs, 'private/b'), 'AccessDenied 403');
  await mine.send(new PutObjectAclCommand({ Bucket, Key: 'private/b', ACL: 'authenticated-read' }));
  t.equal(await read(theirs, 'private/b'), 'success');
  t.equal((await fetch(`${url}/private/b`)).status, 403);
  const { Grants } = await mine.send(new GetObjectAclCommand({ Bucket, Key: 'private/b' }));
  t.match(Grants, [{ Permission: 'FULL_CONTROL' }, { Permission: 'READ', Grantee: { Type: 'Group' } }]);
  await mine.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }));
  t.equal((await fetch(url)).status, 200);
  t.equal((await fetch(`${url}/absent`)).status, 404);
  t.equal((await mine.send(new GetBucketAclCommand({ Bucket }))).Owner?.DisplayName, owner.accessKeyId);

  const write = (Key: string): Promise<string> => codeOf(theirs.send(new PutObjectCommand({ Bucket, Key, Body: 'x' })));
  t.equal(await write('drop/1'), 'AccessDenied 403');
  const allow = { Effect: 'Allow', Principal: '*', Action: 's3:PutObject', Resource: `arn:aws:s3:::${Bucket}/drop/*` };
  const deny = { ...allow, Effect: 'Deny', Resource: `arn:aws:s3:::${Bucket}/drop/closed/*` };
  const plain = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: `arn:aws:s3:::${Bucket}/tls/*`,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  await mine.send(policyOf(Bucket, allow, deny, plain));
  t.equal(await write('drop/1'), 'success');
  t.equal(await write('drop/closed/1'), 'AccessDenied 403');
  t.equal(await read(mine, 'tls/k'), 'AccessDenied 403', 'a denial holds for the owner too');
  t.equal((await mine.send(new GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus?.IsPublic, true);
  await mine.send(
    policyOf(Bucket, { ...deny, Action: 's3:*', Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`] }),
  );
  t.equal(await codeOf(mine.send(new ListObjectsV2Command({ Bucket }))), 'AccessDenied 403');
  t.equal(await codeOf(mine.send(new GetBucketPolicyCommand({ Bucket }))), 'success', 'but the owner can mend it');
  t.equal(
    await codeOf(mine.send(policyOf(Bucket, { ...allow, Resource: 'arn:aws:s3:::other/*' }))),
    'MalformedPolicy 400',
  );
  const operator = { ...allow, Condition: { BinaryEquals: { k: 'v' } } };
  t.equal(
    await codeOf(mine.send(policyOf(Bucket, operator))),
    'NotImplemented 501',
    'what is not understood is refused',
  );
  await mine.send(policyOf(Bucket, allow));
  const PublicAccessBlockConfiguration = { IgnorePublicAcls: true, BlockPublicPolicy: true, BlockPublicAcls: true };
  await mine.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
  t.equal((await fetch(`${url}/public/a`)).status, 403);
  t.equal(await codeOf(mine.send(policyOf(Bucket, allow))), 'AccessDenied 403');
  t.equal(await codeOf(mine.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }))), 'AccessDenied 403');
});

test('sub-resources of buckets: what can be read, kept, and what is refused', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  const Bucket = 'configured';
  await client.send(new CreateBucketCommand({ Bucket }));
  const encryption = await client.send(new GetBucketEncryptionCommand({ Bucket }));
  t.equal(
    encryption.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm,
    'AES256',
  );
  t.equal((await client.send(new GetBucketLoggingCommand({ Bucket }))).LoggingEnabled, undefined);
  t.equal(await codeOf(client.send(new GetBucketPolicyCommand({ Bucket }))), 'NoSuchBucketPolicy 404');
  const kms = { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }] } as const;
  const encrypt = new PutBucketEncryptionCommand({
    Bucket,
    ServerSideEncryptionConfiguration: { Rules: [...kms.Rules] },
  });
  t.equal(await codeOf(client.send(encrypt)), 'NotImplemented 501');
  const notify = (NotificationConfiguration: object): Promise<string> =>
    codeOf(client.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration })));
  t.equal(await notify({}), 'success');
  t.equal(await notify({ EventBridgeConfiguration: {} }), 'NotImplemented 501');
});

test('CORS: preflights, and answers that pages may see', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  const Bucket = 'pages';
  const url = `${endpointOf(store)}/${Bucket}/k`;
  await client.send(new CreateBucketCommand({ Bucket, ACL: 'public-read-write' }));
  await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ACL: 'public-read' }));
  const origin = 'https://app.example.com';
  const ask = (headers: Record<string, string>): Promise<Response> => fetch(url, { method: 'OPTIONS', headers });
  t.equal((await ask({ origin, 'access-control-request-method': 'GET' })).status, 403, 'without a configuration');
  t.equal(await codeOf(client.send(new GetBucketCorsCommand({ Bucket }))), 'NoSuchCORSConfiguration 404');
  const rule = {
    AllowedOrigins: ['https://*.example.com'],
    AllowedMethods: ['GET', 'PUT'],
    AllowedHeaders: ['content-*'],
    ExposeHeaders: ['ETag'],
    MaxAgeSeconds: 60,
  };
  await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [rule] } }));
  const granted = await ask({
    origin,
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'Content-Type',
  });
  t.equal(granted.status, 200);
  t.equal(granted.headers.get('access-control-allow-origin'), origin);
  t.equal(granted.headers.get('access-control-allow-headers'), 'content-type');
  t.equal(granted.headers.get('access-control-max-age'), '60');
  t.equal((await ask({ origin, 'access-control-request-method': 'DELETE' })).status, 403);
  t.equal((await ask({ origin: 'https://example.org', 'access-control-request-method': 'GET' })).status, 403);
  t.equal(
    (await ask({ origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'x-other' })).status,
    403,
  );
  t.equal((await ask({ 'access-control-request-method': 'GET' })).status, 400);
  const got = await fetch(url, { headers: { origin } });
  t.equal(got.headers.get('access-control-allow-origin'), origin);
  t.equal(got.headers.get('access-control-expose-headers'), 'ETag');
  const other = await fetch(url, { headers: { origin: 'https://example.org' } });
  t.equal(other.headers.get('access-control-allow-origin'), null);
  const failed = await fetch(`${url}-absent`, { headers: { origin } });
  t.equal(failed.headers.get('access-control-allow-origin'), origin, 'a page may see errors as well');
});

test('forms: a policy signed by either scheme says what may be posted', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  const Bucket = 'forms';
  const url = `${endpointOf(store)}/${Bucket}`;
  await client.send(new CreateBucketCommand({ Bucket }));
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  const credential = `${owner.accessKeyId}/${day}/us-east-1/s3/aws4_request`;
  const key = hmac256(
    hmac256(hmac256(hmac256(`AWS4${owner.secretAccessKey}`, day), 'us-east-1'), 's3'),
    'aws4_request',
  );
  const post = (
    fields: Record<string, string>,
    options: { conditions?: unknown[]; scheme?: 'v2' | 'v4'; body?: string; lifeMs?: number } = {},
  ): Promise<Response> => {
    const { conditions = [], scheme = 'v4', body = 'posted', lifeMs = 60_000 } = options;
    const signing: Record<string, string> =
      scheme === 'v4'
        ? { 'x-amz-algorithm': 'AWS4-HMAC-SHA256', 'x-amz-credential': credential, 'x-amz-date': `${day}T000000Z` }
        : { AWSAccessKeyId: owner.accessKeyId };
    const own = scheme === 'v4' ? Object.entries(signing).map(([name, value]) => ({ [name]: value })) : [];
    const document = {
      expiration: new Date(Date.now() + lifeMs).toISOString(),
      conditions: [
        { bucket: Bucket },
        ['starts-with', '$key', 'in/'],
        ['content-length-range', 2, 500_000],
        ...own,
        ...conditions,
      ],
    };
    const policy = Buffer.from(JSON.stringify(document)).toString('base64');
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...fields, ...signing, policy })) form.append(name, value);
    if (scheme === 'v4') form.append('x-amz-signature', hmac256(key, policy).toString('hex'));
    else form.append('signature', createHmac('sha1', owner.secretAccessKey).update(policy).digest('base64'));
    form.append('file', new Blob([body]), 'name.txt');
    return fetch(url, { method: 'POST', body: form, redirect: 'manual' });
  };
  t.equal(await code(post({ key: 'in/${filename}' })), '204');
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'in/name.txt' }));
  t.equal(await Body?.transformToString(), 'posted');
  t.equal(await code(post({ key: 'in/2' }, { scheme: 'v2' })), '204');
  const typed = [{ 'content-type': 'text/x' }, { 'x-amz-meta-a': 'b' }, { success_action_status: '201' }];
  const created = post(
    { key: 'in/3', 'Content-Type': 'text/x', 'x-amz-meta-a': 'b', success_action_status: '201' },
    { conditions: typed },
  );
  t.match(await (await created).text(), /<PostResponse[^]*<Key>in\/3<\/Key><ETag>/);
  t.match(await client.send(new HeadObjectCommand({ Bucket, Key: 'in/3' })), {
    ContentType: 'text/x',
    Metadata: { a: 'b' },
  });
  const redirected = await post(
    { key: 'in/4', success_action_redirect: 'https://example.com/done?x=1' },
    { conditions: [['starts-with', '$success_action_redirect', '']] },
  );
  t.equal(redirected.status, 303);
  t.match(redirected.headers.get('location'), /^https:\/\/example\.com\/done\?x=1&bucket=forms&key=in%2F4&etag=%22/);
  t.equal(await code(post({ key: 'out/1' })), '403 AccessDenied');
  t.equal(
    await code(post({ key: 'in/5', 'x-amz-meta-extra': '1' })),
    '403 AccessDenied',
    'every field needs a condition',
  );
  t.equal(await code(post({ key: 'in/5' }, { body: 'x' })), '400 EntityTooSmall');
  t.equal(await code(post({ key: 'in/5' }, { body: 'x'.repeat(500_001) })), '400 EntityTooLarge');
  t.equal(await code(post({ key: 'in/5' }, { lifeMs: -1000 })), '403 AccessDenied');
  const unsigned = new FormData();
  unsigned.append('key', 'in/6');
  unsigned.append('file', new Blob(['x']), 'f');
  t.equal(await code(fetch(url, { method: 'POST', body: unsigned })), '403 AccessDenied');
  t.equal(await code(fetch(url, { method: 'POST', body: 'x' })), '412 PreconditionFailed');
  t.equal(await codeOf(client.send(new HeadObjectCommand({ Bucket, Key: 'in/5' }))), 'NotFound 404');
});

test('signature version 2, in headers and in URLs', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  await clientOf(store).send(new CreateBucketCommand({ Bucket: 'old-scheme' }));
  const path = '/old-scheme/a%20b';
  const date = new Date().toUTCString();
  const send = (signed: string): Promise<Response> =>
    fetch(endpointOf(store) + path, {
      method: 'PUT',
      body: 'two',
      headers: {
        'x-amz-date': date,
        'content-type': 'text/plain',
        authorization: `AWS ${owner.accessKeyId}:${sign(signed)}`,
      },
    });
  t.equal((await send(`PUT\n\ntext/plain\n\nx-amz-date:${date}\n${path}`)).status, 200);
  t.equal((await send(`GET\n\ntext/plain\n\nx-amz-date:${date}\n${path}`)).status, 403);
  const presigned = (expires: number): string =>
    `${endpointOf(store)}${path}?AWSAccessKeyId=${owner.accessKeyId}&Expires=${expires}&response-content-type=text%2Fy&Signature=${encodeURIComponent(sign(`GET\n\n\n${expires}\n${path}?response-content-type=text/y`))}`;
  const now = Math.floor(Date.now() / 1000);
  const got = await fetch(presigned(now + 60));
  t.equal(await got.text(), 'two');
  t.equal(got.headers.get('content-type'), 'text/y');
  t.match(await (await fetch(presigned(now - 1))).text(), /Request has expired/);
});
