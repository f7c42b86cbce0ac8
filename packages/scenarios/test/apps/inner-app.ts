/**
 * An app whose inside is worth a look, as MODE says: `leaky` keeps every request that waits for S3, with what it has read,
 * and never gives up; `stubborn` asks S3 before it listens; `clean` does neither.
 */
import { createServer, get, type ServerResponse } from 'node:http';

const { MODE = 'clean', PORT = '', S3_ENDPOINT = '' } = process.env;
const waiting: Buffer[] = [];

const ask = (timeoutMs: number): Promise<number> =>
  new Promise((resolve) => {
    const request = get(`${S3_ENDPOINT}/bucket/key`, { agent: false }, (response) => {
      response.resume();
      response.on('close', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', () => resolve(0));
    if (timeoutMs > 0) request.setTimeout(timeoutMs, () => request.destroy());
  });

if (MODE === 'stubborn') {
  while ((await ask(500)) === 0) process.stdout.write('waiting for S3\n');
}

async function answer(response: ServerResponse): Promise<void> {
  const status = await ask(MODE === 'leaky' ? 0 : 2_000);
  waiting.pop();
  response.statusCode = status === 0 ? 503 : 200;
  response.end();
}

createServer((request, response) => {
  if (request.url === '/healthz') {
    response.end();
    return;
  }
  if (MODE === 'leaky') waiting.push(Buffer.alloc(250_000, 1));
  void answer(response);
}).listen(Number(PORT), '127.0.0.1');
