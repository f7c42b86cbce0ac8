import { createServer } from 'node:http';
import type { HttpClient } from './http-exchange.ts';

const ROUNDS = 20;
const AT_ONCE = 50;

/**
 * Sends a thousand requests to a server of our own on loopback, so that the code is compiled before the schedule begins:
 * cold, the first second's requests leave up to two seconds late.
 */
export async function warmUp(client: HttpClient): Promise<void> {
  const server = createServer((request, response) => request.resume().on('end', () => response.end('warm')));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}/`;
  const call = { method: 'PUT', url, headers: {}, body: Buffer.alloc(1_024), patienceMs: 5_000, keepChars: 200 };
  for (let round = 0; round < ROUNDS; round += 1) {
    await Promise.all(Array.from({ length: AT_ONCE }, () => client.call(call)));
  }
  server.close();
  server.closeAllConnections();
}
