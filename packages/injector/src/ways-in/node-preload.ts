/**
 * Loaded into an app by `node --import`: sends its HTTPS connections to S3 through the proxy that `GAMEDAY_PROXY` names,
 * whatever endpoint is written in its code. All other connections are left alone.
 */
import { Agent } from 'node:https';
import { connect } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';

type Created = (error: Error | null, socket?: unknown) => void;

const S3_HOST = /(?:^|[.])s3(?:[.-][a-z\d.-]+)?[.]amazonaws[.]com(?:[.]cn)?$/i;
const proxy = process.env['GAMEDAY_PROXY'];

/** Asks the proxy for a tunnel, then shakes hands through it. */
function tunnelTo(place: URL, options: ConnectionOptions, host: string, created: Created): void {
  const port = options.port ?? 443;
  const raw = connect({ host: place.hostname, port: Number(place.port) });
  let heard = '';
  const fail = (error: Error): void => created(error);
  raw.once('error', fail);
  raw.write(`CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`);
  const listen = (chunk: Buffer): void => {
    heard += chunk.toString('latin1');
    if (!heard.includes('\r\n\r\n')) return;
    raw.off('data', listen);
    raw.off('error', fail);
    if (/^HTTP\/1\.[01] 200 /.test(heard)) {
      created(null, connectTls({ ...options, servername: options.servername ?? host, socket: raw }));
      return;
    }
    // The proxy refuses tunnels to names that are gone; this is how Node says so.
    raw.destroy();
    const error = new Error(`getaddrinfo ENOTFOUND ${host}`);
    created(Object.assign(error, { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: host }));
  };
  raw.on('data', listen);
}

if (proxy !== undefined && URL.canParse(proxy)) {
  const place = new URL(proxy);
  const original: unknown = Reflect.get(Agent.prototype, 'createConnection');
  Reflect.set(
    Agent.prototype,
    'createConnection',
    function createConnection(this: Agent, options: ConnectionOptions, created: Created): unknown {
      const host = options.servername !== undefined && options.servername !== '' ? options.servername : options.host;
      if (host !== undefined && S3_HOST.test(host)) return tunnelTo(place, options, host, created);
      return typeof original === 'function' ? Reflect.apply(original, this, [options, created]) : undefined;
    },
  );
}
