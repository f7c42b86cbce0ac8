import * as http from 'node:http';
import * as https from 'node:https';

/** The S3 behind a region: one pool of kept-alive connections, whatever connections the clients use. */
export interface Upstream {
  /** Begins a request. Headers go out as given, in their order and spelling. */
  request(method: string, target: string, headers: readonly string[]): http.ClientRequest;
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
  const { request, Agent } = secure ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 1_024 });
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  return {
    request: (method, path, headers) => request({ agent, host, port, method, path, headers, maxHeaderSize: 65_536 }),
    close: () => agent.destroy(),
  };
}
