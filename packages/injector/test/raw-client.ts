import { connect, type Socket } from 'node:net';

/** What a client saw on its connection. */
export interface Seen {
  readonly text: string;
  /** `reset` and `refused` are ECONNRESET and ECONNREFUSED; `end` is an orderly end. */
  readonly how: 'end' | 'reset' | 'refused';
}

/** A connection that speaks bytes. */
export interface RawClient {
  readonly socket: Socket;
  write(text: string): void;
  /** Waits until the bytes so far satisfy a test. */
  until(test: (text: string) => boolean): Promise<string>;
  /** Waits until the connection is over. */
  over(): Promise<Seen>;
}

export function rawClient(port: number): RawClient {
  return clientOn(connect({ port, host: '127.0.0.1', allowHalfOpen: true }));
}

/** Speaks bytes on a connection that is there. */
export function clientOn(socket: Socket): RawClient {
  let text = '';
  let how: Seen['how'] = 'end';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  socket.on('end', () => socket.end());
  socket.on('error', (error: NodeJS.ErrnoException) => {
    how = error.code === 'ECONNREFUSED' ? 'refused' : 'reset';
  });
  const over = new Promise<Seen>((resolve) => {
    socket.once('close', () => resolve({ text, how }));
  });
  return {
    socket,
    write: (bytes) => {
      socket.write(bytes, 'latin1');
    },
    over: () => over,
    until: (test) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!test(text)) return;
          socket.off('data', look);
          resolve(text);
        };
        socket.on('data', look);
        socket.once('close', () => reject(new Error(`the connection was over (${how}) after ${JSON.stringify(text)}`)));
        look();
      }),
  };
}

export type RequestParts = readonly [method: string, target: string, headers?: readonly string[], body?: string];

/** A request that asks for the connection to be closed after its answer. */
export function requestText(...[method, target, headers = [], body = '']: RequestParts): string {
  const length = body === '' ? [] : [`Content-Length: ${body.length}`];
  return [`${method} ${target} HTTP/1.1`, 'Host: h', ...headers, ...length, 'Connection: close', '', body].join('\r\n');
}

/** Sends one request and gives what came back until the connection was over. */
export function ask(port: number, ...request: RequestParts): Promise<Seen> {
  const client = rawClient(port);
  client.write(requestText(...request));
  return client.over();
}
