import { once } from 'node:events';
import type { Server } from 'node:http';

/** A server of our own that listens on the loopback interface. */
export interface LoopbackServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Ends every connection too. */
  readonly close: () => Promise<void>;
}

/**
 * Makes a server listen on the loopback interface.
 * @param port 0 takes a free one
 * @throws {Error} where the port is taken
 */
export async function listenOnLoopback(server: Server, port = 0): Promise<LoopbackServer> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server listens on no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
