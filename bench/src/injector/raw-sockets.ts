// A bench process: the least that a proxy on bare sockets can do. It finds the end of each head, tells the request's
// name, notes an event, and copies bytes; it knows no chunked bodies, no trailers, no pipelining and no faults. What it
// costs is the floor under an engine of that kind (docs/decisions/raw-sockets.md).
import { connect, createServer, type Socket } from 'node:net';
import { announce } from './process.ts';

const upstreamPort = Number(process.argv[2]);
const idle: Socket[] = [];
const headEnd = Buffer.from('\r\n\r\n');
const events: { readonly name: string; readonly bytes: number; readonly tookMs: number }[] = [];

/** Header fields as they came, name and value in turn. */
function fieldsOf(head: string): readonly string[] {
  const fields: string[] = [];
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.push(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return fields;
}

function lengthOf(head: string): number {
  const fields = fieldsOf(head);
  for (let at = 0; at < fields.length; at += 2) {
    if (fields[at]?.toLowerCase() === 'content-length') return Number(fields[at + 1]);
  }
  return 0;
}

/** Sends a request on and copies its answer back; the upstream connection is kept for the next one. */
function exchange(client: Socket, request: Buffer, name: string): void {
  const startedMs = performance.now();
  const upstream = idle.pop() ?? connect({ port: upstreamPort, host: '127.0.0.1', noDelay: true });
  let missing = -1;
  let bytes = 0;
  const onData = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (missing === -1) {
      const end = chunk.indexOf(headEnd);
      missing = end + headEnd.length + lengthOf(chunk.toString('latin1', 0, end));
    }
    missing -= chunk.length;
    client.write(chunk);
    if (missing > 0) return;
    upstream.off('data', onData);
    idle.push(upstream);
    events.push({ name, bytes, tookMs: performance.now() - startedMs });
    if (events.length > 1_000) events.length = 0;
  };
  upstream.on('data', onData);
  upstream.write(request);
}

const server = createServer({ noDelay: true }, (client) => {
  client.on('error', () => client.destroy());
  client.on('data', (chunk: Buffer) => {
    const end = chunk.indexOf(headEnd);
    const head = chunk.toString('latin1', 0, end);
    const [method, target] = head.slice(0, head.indexOf('\r\n')).split(' ');
    fieldsOf(head);
    exchange(client, chunk, `${method} ${target}`);
  });
});
server.listen(0, '127.0.0.1', () => announce(server.address()));
