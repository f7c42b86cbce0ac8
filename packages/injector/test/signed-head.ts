import { createHash, createHmac } from 'node:crypto';
import { owner } from './store-kit.ts';

/** When requests signed here are signed: give the store this time. */
export const NOW = Date.parse('2017-02-28T17:37:00Z');
export const AMZ_DATE = '20170228T173700Z';
export const SCOPE = '20170228/us-east-1/s3/aws4_request';
export const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');
export const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
/** The key of that day. */
export const key = hmac(
  hmac(hmac(hmac(`AWS4${owner.secretAccessKey}`, '20170228'), 'us-east-1'), 's3'),
  'aws4_request',
);

/**
 * A request signed by hand, from the signing specification: its head, and the signature that chunks build upon. A query in
 * the target has to be in its canonical form.
 */
export function signedHead(
  method: string,
  target: string,
  extra: Readonly<Record<string, string>>,
  options: { amzDate?: string; host?: string; accessKeyId?: string } = {},
): { readonly head: string; readonly signature: string } {
  const { amzDate = AMZ_DATE, host = '127.0.0.1', accessKeyId = owner.accessKeyId } = options;
  const signed: Record<string, string> = {
    host,
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    'x-amz-date': amzDate,
    ...Object.fromEntries(Object.entries(extra).filter(([name]) => name.startsWith('x-amz'))),
  };
  const names = Object.keys(signed).toSorted();
  const [path = '', query = ''] = target.split('?');
  const canonical = [
    method,
    path,
    query,
    ...names.map((name) => `${name}:${signed[name]}`),
    '',
    names.join(';'),
    signed['x-amz-content-sha256'],
  ].join('\n');
  const signature = hmac(key, ['AWS4-HMAC-SHA256', amzDate, SCOPE, sha256(canonical)].join('\n')).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${SCOPE}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  const lines = Object.entries({ ...signed, ...extra, authorization }).map(([name, value]) => `${name}: ${value}\r\n`);
  return { head: `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`, signature };
}
