import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** The TCP socket below a TLS one. Node keeps it in a field without a documented name. */
function below(socket: TLSSocket): Socket | null {
  const parent: unknown = Reflect.get(socket, '_parent');
  return parent instanceof Socket ? parent : null;
}

/** What a socket writes to; Node keeps it in a field without a documented name. */
interface Handle {
  close(then: () => void): void;
}

const isHandle = (value: unknown): value is Handle =>
  typeof value === 'object' && value !== null && 'close' in value && typeof value.close === 'function';

/**
 * A connection that is being shut down at this very moment cannot be reset (EINVAL). Node then says so, but closes
 * nothing and never emits `close`: who waits for it would wait for ever.
 */
function closeUnlessReset(socket: Socket): void {
  const onError = (error: NodeJS.ErrnoException): void => {
    const handle: unknown = Reflect.get(socket, '_handle');
    if (error.syscall === 'reset' && isHandle(handle)) handle.close(() => socket.emit('close', true));
  };
  socket.once('error', onError);
  socket.once('close', () => socket.off('error', onError));
}

/**
 * Resets a connection: the peer sees RST, not an orderly end. TLS is unwrapped first, for only a TCP socket can be reset.
 */
export function resetConnection(socket: Socket): void {
  let innermost = socket;
  while (innermost instanceof TLSSocket) {
    const parent = below(innermost);
    if (parent === null) break;
    innermost = parent;
  }
  if (innermost instanceof TLSSocket) innermost.destroy();
  else {
    closeUnlessReset(innermost);
    innermost.resetAndDestroy();
  }
  if (innermost !== socket) socket.destroy();
}
