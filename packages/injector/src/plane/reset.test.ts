import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'tap';
import { resetConnection } from './reset.ts';

test('a connection that is just being shut down is closed, though it can no longer be reset', async (t) => {
  const server = createServer({ allowHalfOpen: true });
  t.teardown(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  t.teardown(() => client.destroy());
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const socket = await accepted;
  socket.on('error', (error) => t.fail(String(error)));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));

  socket.end();
  // The shutdown is asked for on a later tick, and done on a later turn of the loop: between the two nothing can be reset.
  const afterTicks = (ticks: number): void => {
    if (ticks === 0) resetConnection(socket);
    else process.nextTick(() => afterTicks(ticks - 1));
  };
  afterTicks(6);
  await closed;
  t.ok(socket.destroyed);
});
