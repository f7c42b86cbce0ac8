import { createHash, createHmac } from 'node:crypto';
import { CreateBucketCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { test } from 'tap';
import { clientOf, endpointOf, exchangeRaw, owner, startTestStore } from '../../../test/store-kit.ts';

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

interface Scope {
  readonly region?: string;
  /** YYYYMMDD; by default the day of the request. */
  readonly day?: string;
}

const amzDate = (): string => new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, '');

/** What is signed, and by which key; wrong in just the way the caller asks. */
function signatureOf(canonical: string, date: string, { region = 'us-east-1', day = date.slice(0, 8) }: Scope) {
  const scope = `${day}/${region}/s3/aws4_request`;
  const key = hmac(hmac(hmac(hmac(`AWS4${owner.secretAccessKey}`, day), region), 's3'), 'aws4_request');
  const digest = createHash('sha256').update(canonical).digest('hex');
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${digest}`).toString('hex');
  return { credential: `${owner.accessKeyId}/${scope}`, signature };
}

function presign(url: string, scope: Scope = {}, signedHeaders = 'host', headers = ''): string {
  const { host, pathname } = new URL(url);
  const date = amzDate();
  const { credential } = signatureOf('', date, scope);
  const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(credential)}&X-Amz-Date=${date}&X-Amz-Expires=60&X-Amz-SignedHeaders=${encodeURIComponent(signedHeaders)}`;
  const lines = signedHeaders.includes('host') ? `host:${host}\n${headers}` : headers;
  const canonical = `PUT\n${pathname}\n${query}\n${lines}\n${signedHeaders}\nUNSIGNED-PAYLOAD`;
  return `${url}?${query}&X-Amz-Signature=${signatureOf(canonical, date, scope).signature}`;
}

const put = async (url: string, headers: Record<string, string> = {}): Promise<string> => {
  const answer = await fetch(url, { method: 'PUT', body: 'x', headers });
  return `${answer.status} ${await answer.text()}`;
};

test('what a presigned URL does not sign cannot be added to it', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  await client.send(new CreateBucketCommand({ Bucket: 'signed' }));
  const url = `${endpointOf(store)}/signed/key`;
  t.match(await put(presign(url)), /^200/);
  t.match(
    await put(presign(url), { 'x-amz-acl': 'public-read', 'x-amz-meta-a': 'b' }),
    /^403 [^]*<Code>AccessDenied<[^]*headers present in the request which were not signed[^]*<HeadersNotSigned>x-amz-acl, x-amz-meta-a</,
  );
  const { Metadata } = await client.send(new HeadObjectCommand({ Bucket: 'signed', Key: 'key' }));
  t.strictSame(Metadata, {});
  t.match(await put(presign(url, {}, 'host;x-amz-meta-a', 'x-amz-meta-a:b\n'), { 'x-amz-meta-a': 'b' }), /^200/);
  t.match(await put(presign(url), { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }), /^200/, 'the hash may be added');
  t.match(await put(presign(url), { 'content-type': 'text/x' }), /^200/, 'and so may what is not of Amazon');
  t.match(
    await put(presign(url, {}, 'content-type', 'content-type:a/b\n'), { 'content-type': 'a/b' }),
    /HeadersNotSigned>host</,
  );
});

test('a signature is good for one day and one region', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  await clientOf(store).send(new CreateBucketCommand({ Bucket: 'scoped' }));
  const url = `${endpointOf(store)}/scoped/key`;
  t.match(
    await put(presign(url, { day: '20170228' })),
    /^400 [^]*AuthorizationQueryParametersError[^]*Invalid credential date &quot;20170228&quot;\. This date is not the same as X-Amz-Date/,
  );
  t.match(
    await put(presign(url, { region: 'us-west-2' })),
    /^400 [^]*AuthorizationQueryParametersError[^]*X-Amz-Credential parameter; the region 'us-west-2' is wrong; expecting 'us-east-1'[^]*<Region>us-east-1</,
  );
  const { host } = new URL(url);
  const ask = (scope: Scope): Promise<string> => {
    const date = amzDate();
    const names = 'host;x-amz-content-sha256;x-amz-date';
    const canonical = `GET\n/scoped/key\n\nhost:${host}\nx-amz-content-sha256:UNSIGNED-PAYLOAD\nx-amz-date:${date}\n\n${names}\nUNSIGNED-PAYLOAD`;
    const { credential, signature } = signatureOf(canonical, date, scope);
    const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`;
    const head = `host: ${host}\r\nx-amz-content-sha256: UNSIGNED-PAYLOAD\r\nx-amz-date: ${date}\r\nauthorization: ${authorization}`;
    return exchangeRaw(endpointOf(store), `GET /scoped/key HTTP/1.1\r\n${head}\r\nconnection: close\r\n\r\n`);
  };
  t.match(await ask({}), / 404 [^]*NoSuchKey/);
  t.match(await ask({ day: '20170228' }), / 400 [^]*AuthorizationHeaderMalformed[^]*Invalid credential date/);
  t.match(
    await ask({ region: 'eu-west-1' }),
    / 400 [^]*AuthorizationHeaderMalformed[^]*the region 'eu-west-1' is wrong/,
  );
});
