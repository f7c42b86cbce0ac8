import { once } from 'node:events';
import { connect } from 'node:net';

const chunk = Buffer.alloc(1024 * 1024, 'x');

const headOf = (method: 'GET' | 'PUT', bytes: number): string =>
  [
    `${method} /large/${bytes} HTTP/1.1`,
    'Host: 127.0.0.1',
    'x-amz-content-sha256: UNSIGNED-PAYLOAD',
    ...(method === 'PUT' ? [`Content-Length: ${bytes}`] : []),
    '',
    '',
  ].join('\r\n');

/** Bodies of one size over one connection, one after the other. */
async function drive(port: number, method: 'GET' | 'PUT', bytes: number, times: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const upload = method === 'PUT' ? bytes : 0;
  let left = times;
  let missing = 0;
  let text = '';
  const send = async (): Promise<void> => {
    socket.write(headOf(method, bytes));
    for (let sent = 0; sent < upload; sent += chunk.length) {
      if (!socket.write(chunk)) await once(socket, 'drain');
    }
  };
  socket.on('data', (part: Buffer) => {
    if (missing === 0) {
      text += part.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      if (end === -1) return;
      if (!text.startsWith('HTTP/1.1 200 ')) throw new Error(text.slice(0, 500));
      missing = end + 4 + Number(/content-length: (\d+)/i.exec(text)?.[1]) - text.length;
      text = '';
    } else missing -= part.length;
    if (missing > 0) return;
    left -= 1;
    if (left === 0) socket.end();
    else void send();
  });
  void send();
  await once(socket, 'close');
  if (left > 0) throw new Error(`the connection closed with ${left} transfers to go`);
}

/** MiB a second of `times` bodies on each of so many connections. */
export async function transfer(
  port: number,
  method: 'GET' | 'PUT',
  bytes: number,
  connections: number,
  times: number,
): Promise<number> {
  const startMs = performance.now();
  await Promise.all(Array.from({ length: connections }, () => drive(port, method, bytes, times)));
  return (connections * times * bytes) / 1024 ** 2 / ((performance.now() - startMs) / 1000);
}
