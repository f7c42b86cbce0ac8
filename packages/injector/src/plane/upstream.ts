import { request, type ClientRequest } from 'node:http';
import { isLoopback } from '../core/arming.ts';
import { headerOf } from '../core/headers.ts';
import { openGate, type Armed, type Gate } from './admission.ts';
import { UpstreamConnections } from './fast/upstream-connection.ts';
import { Pool } from './pool.ts';

/**
 * Node writes the head of a request that expects `100 Continue` as UTF-8, every other head as latin1, byte for byte as it
 * came. Its head waits in a queue until there is a connection: here it is told how it is to be written.
 */
function keepHeadBytes(outgoing: ClientRequest): void {
  const queue: unknown = Reflect.get(outgoing, 'outputData');
  if (!Array.isArray(queue)) return;
  for (const entry of queue) if (typeof entry === 'object' && entry !== null) Reflect.set(entry, 'encoding', 'latin1');
}

/** The S3 behind a region: one pool of kept-alive connections, whatever connections the clients use. */
export interface Upstream {
  /** Begins a request. Headers go out as given, in their order and spelling. */
  request(method: string, target: string, headers: readonly string[]): ClientRequest;
  /** The upstream announced that it keeps idle connections for so long, in seconds. */
  keepsIdle(seconds: number): void;
  /** What every request must pass before anything of it goes out; null where the upstream is on this machine. */
  readonly gate: Gate | null;
  /** The connections of the fast path; null where it cannot go: the upstream is elsewhere, or speaks TLS. */
  readonly bare: UpstreamConnections | null;
  close(): void;
}

/**
 * @param endpoint an origin such as `http://127.0.0.1:9000`
 * @param armed what of it may be touched; needed where it is not on this machine
 * @throws {Error} where it is not an origin, or is elsewhere and nothing is armed
 */
export function openUpstream(region: string, endpoint: string, armed: Armed | undefined): Upstream {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.pathname !== '/' || url.search !== '') {
    throw new Error(`upstream of ${region}: ${endpoint} is not an endpoint; write it as http://HOST:PORT`);
  }
  if (armed === undefined ? !isLoopback(url) : armed.buckets === null && armed.account === null) {
    throw new Error(
      `upstream of ${region}: ${endpoint} is not on this machine; arm the injector for the buckets or the account that it may touch`,
    );
  }
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  const agent = new Pool({ secure, host, port });
  const gate = armed === undefined ? null : openGate(region, url, armed);
  const bare = gate === null && !secure ? new UpstreamConnections(host, port) : null;
  return {
    gate,
    bare,
    request: (method, path, headers) => {
      const outgoing = request({ agent, host, port, method, path, headers, maxHeaderSize: 65_536 });
      if (headerOf(headers, 'expect') !== undefined) keepHeadBytes(outgoing);
      return outgoing;
    },
    keepsIdle: (seconds) => {
      agent.idle.announced(seconds);
    },
    close: () => {
      gate?.close();
      bare?.close();
      agent.destroy();
    },
  };
}
