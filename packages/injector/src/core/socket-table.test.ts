import { test } from 'tap';
import { connectingTo } from './socket-table.ts';

const head =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     ';
const line = (local: string, remote: string, state: string, inode: number): string =>
  `   7: ${local} ${remote} ${state} 00000000:00000001 01:00000012 00000002  1000        0 ${inode} 2 0000000000000000 200 0 0 1 7`;

test('sockets that wait for an answer to their SYN, of one port of loopback', (t) => {
  const table = [
    head,
    line('00000000:1F90', '00000000:0000', '0A', 1),
    line('0100007F:C350', '0100007F:1F90', '02', 42),
    line('0100007F:C351', '0100007F:1F90', '01', 43),
    line('0100007F:C352', '0100007F:1F91', '02', 44),
    line('0A00000A:C353', '01010101:1F90', '02', 45),
    '',
    'of another form',
  ].join('\n');
  t.strictSame(connectingTo(table, 8_080), [{ inode: '42', localPort: 50_000 }]);
  t.strictSame(connectingTo(table, 8_081), [{ inode: '44', localPort: 50_002 }]);
  t.strictSame(connectingTo(table, 80), []);
  t.strictSame(connectingTo('', 80), []);
  t.end();
});

test('IPv4-mapped addresses, in both byte orders', (t) => {
  const little = '0000000000000000FFFF00000100007F';
  const big = '00000000000000000000FFFF7F000001';
  const table = [
    head,
    line(`${little}:C350`, `${little}:0050`, '02', 1),
    line(`${big}:C351`, `${big}:0050`, '02', 2),
    line('00000000000000000000000001000000:C352', '00000000000000000000000001000000:0050', '02', 3),
  ].join('\n');
  t.strictSame(
    connectingTo(table, 80).map(({ inode }) => inode),
    ['1', '2'],
  );
  t.end();
});
