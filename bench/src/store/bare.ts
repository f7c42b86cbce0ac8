// A bench process: what node:http alone can do with the same requests. Bodies are read and forgotten; small answers come
// from memory, large ones from a file.
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { announce } from '../injector/process.ts';
import { LARGE_BYTES } from './client.ts';

const folder = await mkdtemp(join(tmpdir(), 'gameday-bench-'));
const file = join(folder, 'large');
await writeFile(file, Buffer.alloc(LARGE_BYTES, 'x'));
process.on('SIGTERM', () => void rm(folder, { recursive: true }).then(() => process.exit()));
const body = Buffer.alloc(1024, 'x');

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    if (request.method === 'PUT') {
      response.writeHead(200, { 'content-length': 0 }).end();
    } else if (request.url === '/bench/large') {
      response.writeHead(200, { 'content-length': LARGE_BYTES });
      createReadStream(file, { highWaterMark: 256 * 1024 }).pipe(response);
    } else {
      response.writeHead(200, { 'content-length': body.length }).end(body);
    }
  });
});
server.listen(0, '127.0.0.1', () => announce(server.address()));
