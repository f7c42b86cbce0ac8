// A bench process: the S3 behind the proxies, as cheap as it can be. It reads nothing of a request but its end, and
// answers each with the same kilobyte, headers as S3 sends them.
import { createServer } from 'node:net';
import { announce } from './process.ts';

const body = Buffer.alloc(1_024, 'x');
const answer = Buffer.concat([
  Buffer.from(
    [
      'HTTP/1.1 200 OK',
      'x-amz-id-2: 8F2mFgKPpX0Yc1bDyXcV9mJYq1gq0eV8lJ4Q0o3s1ZlY8m1H4hY2m3k7xqg0cV5cQv1bXo6d9yA=',
      'x-amz-request-id: 5WYFY5P28HFWHTHX',
      'Date: Tue, 28 Feb 2017 17:37:00 GMT',
      'Last-Modified: Tue, 28 Feb 2017 10:00:00 GMT',
      'ETag: "9bb58f26192e4ba00f01e2e7b136bbd8"',
      'Accept-Ranges: bytes',
      'Content-Type: application/octet-stream',
      'Server: AmazonS3',
      `Content-Length: ${body.length}`,
      '',
      '',
    ].join('\r\n'),
  ),
  body,
]);

const server = createServer({ noDelay: true }, (socket) => {
  let tail = '';
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    const text = tail + chunk.toString('latin1');
    const heads = text.split('\r\n\r\n');
    tail = heads.pop() ?? '';
    for (let count = heads.length; count > 0; count -= 1) socket.write(answer);
  });
});
server.listen(0, '127.0.0.1', () => announce(server.address()));
