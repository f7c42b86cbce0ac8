import { createServer } from 'node:http';
import { listenOnLoopback } from '../loopback-server.ts';
import type { HttpClient } from './http-exchange.ts';

const ROUNDS = 20;
const AT_ONCE = 50;

/**
 * Sends a thousand requests to a server of our own on loopback, so that the code is compiled before the schedule begins:
 * cold, the first second's requests leave up to two seconds late.
 */
export async function warmUp(client: HttpClient): Promise<void> {
  const server = createServer((request, response) => request.resume().on('end', () => response.end('warm')));
  const { url, close } = await listenOnLoopback(server);
  const call = {
    method: 'PUT',
    url: `${url}/`,
    headers: {},
    body: Buffer.alloc(1_024),
    patienceMs: 5_000,
    keepChars: 200,
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    await Promise.all(Array.from({ length: AT_ONCE }, () => client.call(call)));
  }
  await close();
}
