/** A socket that waits for the first answer to its SYN. */
export interface Connecting {
  /** The kernel's number of the socket. */
  readonly inode: string;
  readonly localPort: number;
}

/** Its number in Linux's `include/net/tcp_states.h`. */
const SYN_SENT = '02';
/** 127.0.0.1 as the kernel prints it, in the byte order of the machine; in `tcp6` it ends an IPv4-mapped address. */
const LOOPBACK = /(?:^|^0{16}(?:FFFF0000|0000FFFF))(?:0100007F|7F000001)$/;

/**
 * Which sockets of a table are connecting to a port of 127.0.0.1 and have no answer yet.
 * @param table the text of `/proc/net/tcp` or `/proc/net/tcp6`, as proc(5) describes it; lines of another form are passed over
 */
export function connectingTo(table: string, port: number): readonly Connecting[] {
  const remotePort = port.toString(16).toUpperCase().padStart(4, '0');
  return table.split('\n').flatMap((line) => {
    const [, local = '', remote = '', state, , , , , , inode = ''] = line.trim().split(/\s+/);
    const [address = '', toPort] = remote.split(':');
    if (state !== SYN_SENT || toPort !== remotePort || !LOOPBACK.test(address) || inode === '') return [];
    return [{ inode, localPort: Number.parseInt(local.split(':')[1] ?? '', 16) }];
  });
}
