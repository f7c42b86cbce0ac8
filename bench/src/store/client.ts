import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';

/** The one pair that s3rver accepts. */
export const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
export const LARGE_BYTES = 64 * 1024 * 1024;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** A request's head, signed as SDKs sign theirs, the payload unsigned. A query has to be in its canonical form. */
function headOf(method: 'GET' | 'PUT', target: string, bodyBytes: number): string {
  const [path = '', query = ''] = target.split('?');
  const amzDate = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const day = amzDate.slice(0, 8);
  const scope = `${day}/us-east-1/s3/aws4_request`;
  const key = hmac(hmac(hmac(hmac(`AWS4${credentials.secretAccessKey}`, day), 'us-east-1'), 's3'), 'aws4_request');
  const names = 'host;x-amz-content-sha256;x-amz-date';
  const signed = `host:127.0.0.1\nx-amz-content-sha256:UNSIGNED-PAYLOAD\nx-amz-date:${amzDate}\n`;
  const canonical = `${method}\n${path}\n${query}\n${signed}\n${names}\nUNSIGNED-PAYLOAD`;
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n${sha256(canonical)}`).toString('hex');
  return [
    `${method} ${target} HTTP/1.1`,
    'host: 127.0.0.1',
    'x-amz-content-sha256: UNSIGNED-PAYLOAD',
    `x-amz-date: ${amzDate}`,
    `authorization: AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    `content-length: ${bodyBytes}`,
    '',
    '',
  ].join('\r\n');
}

/** Sends the same request over one connection, again and again, its body so many times over; fails on any answer but a 200. */
async function drive(port: number, head: string, body: Buffer, requests: number, times = 1): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const request = body.length > 64 * 1024 ? undefined : Buffer.concat([Buffer.from(head), body]);
  const send = (): void => {
    if (request !== undefined) socket.write(request);
    else {
      socket.write(head);
      void sendLarge();
    }
  };
  const sendLarge = async (): Promise<void> => {
    for (let left = times; left > 0; left -= 1) {
      if (!socket.write(body) && left > 1) await once(socket, 'drain');
    }
  };
  let left = requests;
  let missing = 0;
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    if (missing === 0) {
      text += chunk.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      if (end === -1) return;
      const length = /content-length: (\d+)/i.exec(text)?.[1];
      if (!text.startsWith('HTTP/1.1 200 ') || length === undefined) throw new Error(text);
      missing = end + 4 + Number(length) - text.length;
      text = '';
    } else missing -= chunk.length;
    if (missing > 0) return;
    left -= 1;
    if (left === 0) socket.end();
    else send();
  });
  send();
  await once(socket, 'close');
  if (left > 0) throw new Error(`the connection closed with ${left} requests to go`);
}

async function perSecond(work: () => Promise<void>, amount: number): Promise<number> {
  const startMs = performance.now();
  await work();
  return (amount / (performance.now() - startMs)) * 1000;
}

/** Requests a second. */
export function load(
  port: number,
  method: 'GET' | 'PUT',
  path: string,
  options: { readonly bytes: number; readonly connections: number; readonly requests: number },
): Promise<number> {
  const body = Buffer.alloc(options.bytes, 'x');
  const head = headOf(method, path, body.length);
  const each = Math.ceil(options.requests / options.connections);
  const all = Array.from({ length: options.connections });
  return perSecond(async () => {
    await Promise.all(all.map(() => drive(port, head, body, each)));
  }, each * options.connections);
}

/** MiB a second of one large body over one connection: 64 MiB, or that so many times over. */
export function transfer(port: number, method: 'GET' | 'PUT', path: string, times = 1): Promise<number> {
  const body = Buffer.alloc(method === 'PUT' ? LARGE_BYTES : 0, 'x');
  const head = headOf(method, path, body.length * times);
  return perSecond(() => drive(port, head, body, 1, times), (LARGE_BYTES * times) / 1024 ** 2);
}
