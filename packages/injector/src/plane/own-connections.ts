import { connect, type Socket } from 'node:net';

const open = new Set<Socket>();

/** Connects to a door of this process, not as a client of S3: such a connection is nobody's attempt. */
export function connectOwn(port: number): Socket {
  const socket = connect({ port, host: '127.0.0.1' });
  open.add(socket);
  socket.once('close', () => open.delete(socket));
  return socket;
}

/** The local ports of these connections. */
export const ownPorts = (): readonly number[] => [...open].flatMap(({ localPort }) => localPort ?? []);
