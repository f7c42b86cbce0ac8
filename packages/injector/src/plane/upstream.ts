import { request, type ClientRequest } from 'node:http';
import { Pool } from './pool.ts';

/** The S3 behind a region: one pool of kept-alive connections, whatever connections the clients use. */
export interface Upstream {
  /** Begins a request. Headers go out as given, in their order and spelling. */
  request(method: string, target: string, headers: readonly string[]): ClientRequest;
  /** The upstream announced that it keeps idle connections for so long, in seconds. */
  keepsIdle(seconds: number): void;
  close(): void;
}

/**
 * @param endpoint an origin such as `http://127.0.0.1:9000`
 * @throws {Error} where it is not one
 */
export function openUpstream(region: string, endpoint: string): Upstream {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.pathname !== '/' || url.search !== '') {
    throw new Error(`upstream of ${region}: ${endpoint} is not an endpoint; write it as http://HOST:PORT`);
  }
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  const agent = new Pool({ secure, host, port });
  return {
    request: (method, path, headers) => request({ agent, host, port, method, path, headers, maxHeaderSize: 65_536 }),
    keepsIdle: (seconds) => {
      agent.idleMaxMs = Math.min(agent.idleMaxMs, seconds * 1_000);
    },
    close: () => agent.destroy(),
  };
}
