// What every example's HTTP server needs, and no more: routes by pattern, whole bodies, errors as statuses.
import { createServer } from 'node:http';

/**
 * @typedef {{ status: number, body?: string | Uint8Array, headers?: Record<string, string> }} Answer
 * @typedef {{ method: string, path: string, id: string, headers: import('node:http').IncomingHttpHeaders, body: Buffer }} Asked
 * @typedef {(asked: Asked) => Answer | Promise<Answer>} Handler
 */

/** A failure that has a status of its own. */
export class HttpError extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** @param {unknown} value @returns {Answer} */
export const json = (value, status = 200) => ({
  status,
  body: JSON.stringify(value),
  headers: { 'content-type': 'application/json' },
});

/** @param {import('node:stream').Readable} stream */
export async function readAll(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * Serves routes on loopback: "PUT /events/:id" is a method and a path, of which `:id` is handed over.
 * @param {number} port 0 for any free one
 * @param {Record<string, Handler>} routes
 * @returns {Promise<number>} the port
 */
export function serve(port, routes) {
  const table = Object.entries(routes).map(([line, handler]) => {
    const [method, path] = line.split(' ');
    return { method, pattern: new RegExp(`^${path.replace(':id', '([\\w.-]+)')}$`), handler };
  });
  const respond = async (request, response) => {
    const { status, body = '', headers = {} } = await answer(table, request);
    response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
    response.end(body);
  };
  const server = createServer((request, response) => void respond(request, response));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server.address().port));
  });
}

async function answer(table, request) {
  const { method = 'GET', headers } = request;
  const path = new URL(request.url, 'http://app').pathname;
  const route = table.find((one) => one.method === method && one.pattern.test(path));
  try {
    if (route === undefined) throw new HttpError(404, 'no such page');
    const [, id = ''] = route.pattern.exec(path);
    return await route.handler({ method, path, id, headers, body: await readAll(request) });
  } catch (error) {
    return { status: error instanceof HttpError ? error.status : 500, body: `${error.name}: ${error.message}\n` };
  }
}
