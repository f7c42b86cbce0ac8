import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { connect as connectTls } from 'node:tls';

const head = Buffer.from(
  [
    'GET /photos/2017/02/28/cat.jpg?x-id=GetObject HTTP/1.1',
    'host: s3.us-east-1.amazonaws.com',
    'x-amz-user-agent: aws-sdk-js/3.1169.0',
    'user-agent: aws-sdk-js/3.1169.0 ua/2.1 os/linux lang/js md/nodejs#20.20.2 api/s3#3.1169.0 m/N,E,e',
    'amz-sdk-invocation-id: 6d2f2c6c-2f65-4c3c-9f5e-2a8b8f4f4a10',
    'amz-sdk-request: attempt=1; max=3',
    'x-amz-date: 20261121T000000Z',
    'x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/us-east-1/s3/aws4_request, ' +
      'SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;host;x-amz-content-sha256;x-amz-date, ' +
      'Signature=0b8f2c6b1c5d4e3f2a190817263544536271808f9eadbccbdae9f80716253443',
    'connection: keep-alive',
    '',
    '',
  ].join('\r\n'),
);

/** How a client reaches what it asks: straight, with TLS, or with TLS in a tunnel through a proxy. */
export type Way = 'plain' | 'tls' | 'tunnel';

async function open(port: number, way: Way): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  if (way === 'plain') return socket;
  const servername = 's3.us-east-1.amazonaws.com';
  if (way === 'tunnel') {
    socket.write(`CONNECT ${servername}:443 HTTP/1.1\r\nHost: ${servername}:443\r\n\r\n`);
    const [answer]: unknown[] = await once(socket, 'data');
    if (!String(answer).startsWith('HTTP/1.1 200')) throw new Error(String(answer));
  }
  const secure = connectTls({ socket, servername, rejectUnauthorized: false });
  await once(secure, 'secureConnect');
  return secure;
}

/** One keep-alive connection that sends `requests` one after the other; the answer's length is learnt from the first. */
async function drive(socket: Socket, requests: number): Promise<void> {
  let left = requests;
  let pending = 0;
  let answerBytes = 0;
  let first = '';
  socket.on('data', (chunk: Buffer) => {
    if (answerBytes === 0) {
      first += chunk.toString('latin1');
      const end = first.indexOf('\r\n\r\n');
      const length = /content-length: (\d+)/i.exec(first)?.[1];
      if (end === -1 || length === undefined) return;
      if (!first.startsWith('HTTP/1.1 200 ')) throw new Error(first);
      answerBytes = end + 4 + Number(length);
      pending = first.length;
    } else pending += chunk.length;
    if (pending < answerBytes) return;
    if (pending > answerBytes) throw new Error('an answer of another length');
    pending = 0;
    left -= 1;
    if (left === 0) socket.end();
    else socket.write(head);
  });
  socket.write(head);
  await once(socket, 'close');
  if (left > 0) throw new Error(`the connection closed with ${left} requests to go`);
}

/** Sends about `requests` SDK-like GETs over so many keep-alive connections; gives how many were answered. */
export async function load(port: number, connections: number, requests: number, way: Way = 'plain'): Promise<number> {
  const each = Math.ceil(requests / connections);
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port, way)));
  await Promise.all(sockets.map((socket) => drive(socket, each)));
  return each * connections;
}
