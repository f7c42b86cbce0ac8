import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** The TCP socket below a TLS one. Node keeps it in a field without a documented name. */
function below(socket: TLSSocket): Socket | null {
  const parent: unknown = Reflect.get(socket, '_parent');
  return parent instanceof Socket ? parent : null;
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
  // One that is being shut down can no longer be reset (EINVAL), and Node would then never emit its `close`.
  else if (innermost.writableEnded) innermost.destroy();
  else innermost.resetAndDestroy();
  if (innermost !== socket) socket.destroy();
}
