import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Test } from 'tap';
import { portOf } from './harness.ts';

/** An upstream that speaks bytes: it gives back what a script says. */
export interface RawServer {
  readonly url: string;
  /** All that came in, per connection. */
  readonly heard: readonly string[];
}

/** @param script called at every piece of data with all that the connection has heard since it last answered */
export async function startRawServer(
  t: Test,
  script: (socket: Socket, heard: string, connection: number) => void,
): Promise<RawServer> {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    const connection = heard.length;
    heard.push('');
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.end());
    socket.on('data', (chunk: Buffer) => {
      heard[connection] += chunk.toString('latin1');
      script(socket, heard[connection] ?? '', connection);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${portOf(server)}`, heard };
}
