// A bench process: an S3 of large bodies, as cheap as it can be. A GET is answered with 8 MiB, or with as many as its
// path says; of a PUT the bytes are counted and dropped.
import { createServer, type Socket } from 'node:net';
import { announce } from './process.ts';

const chunk = Buffer.alloc(1024 * 1024, 'x');

async function send(socket: Socket, bytes: number): Promise<void> {
  socket.write(`HTTP/1.1 200 OK\r\nServer: AmazonS3\r\nETag: "x"\r\nContent-Length: ${bytes}\r\n\r\n`);
  for (let left = bytes; left > 0; left -= chunk.length) {
    const flushed = socket.write(left < chunk.length ? chunk.subarray(0, left) : chunk);
    if (!flushed) await new Promise((resolve) => socket.once('drain', resolve));
    if (socket.destroyed) return;
  }
}

const server = createServer({ noDelay: true }, (socket) => {
  let head = '';
  let missing = 0;
  const answer = (): void => {
    socket.write('HTTP/1.1 200 OK\r\nServer: AmazonS3\r\nETag: "x"\r\nContent-Length: 0\r\n\r\n');
  };
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes: Buffer) => {
    if (missing > 0) {
      missing -= bytes.length;
      if (missing === 0) answer();
      return;
    }
    head += bytes.toString('latin1');
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return;
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const asked = Number(/^GET \/large\/(\d+)/.exec(head)?.[1] ?? 0);
    missing = length - (head.length - end - 4);
    head = '';
    if (asked > 0) void send(socket, asked);
    else if (missing === 0) answer();
  });
});
server.listen(0, '127.0.0.1', () => announce(server.address()));
