// A bench process: an app that keeps what it is sent, and from its fifteenth second to its thirty-fifth answers nobody but
// the browser.
import { createServer } from 'node:http';

const HANGS_MS = { from: 15_000, to: 35_000 } as const;
const kept = new Map<string, Buffer>();
const began = performance.now();
const hangs = (): boolean => {
  const age = performance.now() - began;
  return age >= HANGS_MS.from && age < HANGS_MS.to;
};

createServer((request, response) => {
  const url = request.url ?? '/';
  if (url === '/') {
    response.setHeader('content-type', 'text/html').end('<link rel=icon href=data:,><h1>Photos</h1>');
  } else if (!hangs()) {
    if (request.method === 'PUT') {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        kept.set(url, Buffer.concat(parts));
        response.end();
      });
    } else response.writeHead(kept.has(url) ? 200 : 404).end(kept.get(url));
  }
}).listen(Number(process.env['PORT']), '127.0.0.1');
