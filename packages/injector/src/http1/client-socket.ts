import { Socket, type OnReadOpts, type SocketConstructorOpts } from 'node:net';

/**
 * An accepted connection that reads into a buffer of ours, again and again. Node offers that (`onread`) to sockets that
 * connect, but gives those that it accepts 64 KiB from `malloc` for every piece: what becomes of so much garbage is
 * luck, and an upload of 8 MiB took 7 or 20 ms of CPU, process by process. So the handle gets a new socket, as Node's
 * own server makes them; where Node has none to give any more, the socket stays what it is.
 * @param buffer asked before every piece
 * @param came called with every piece; false ends the reading until the socket is resumed
 */
export function readInto(accepted: Socket, buffer: () => Buffer, came: (bytes: Buffer) => boolean): Socket {
  const handle: unknown = Reflect.get(accepted, '_handle');
  if (!offersBuffer(handle)) {
    return accepted.on('data', (bytes: Buffer) => {
      if (!came(bytes)) accepted.pause();
    });
  }
  Reflect.set(accepted, '_handle', null);
  let filled = buffer();
  const options: SocketConstructorOpts & { readonly handle: object; readonly onread: OnReadOpts } = {
    handle,
    allowHalfOpen: true,
    readable: true,
    writable: true,
    onread: {
      buffer: () => (filled = buffer()),
      callback: (length) => came(filled.subarray(0, length)),
    },
  };
  const socket = new Socket(options);
  // The server counts its connections, and hears of their end from the socket.
  Reflect.set(socket, '_server', Reflect.get(accepted, '_server'));
  return socket;
}

/** Whether Node reads into a buffer of ours where its handle is told to; only the look of it says so. */
function offersBuffer(handle: unknown): handle is object {
  return typeof handle === 'object' && handle !== null && typeof Reflect.get(handle, 'useUserBuffer') === 'function';
}
