import { test } from 'tap';
import { get } from '../../test/decision-kit.ts';
import type { Exchange } from './exchange.ts';
import { RecentWrites, STALE_BYTES_MAX, type OldAnswer } from './recent-writes.ts';

const put = (key: string): Exchange => ({ ...get, operation: 'PutObject', class: 'write', method: 'PUT', key });
const answer = (bytes: number): OldAnswer => ({ status: 200, reason: 'OK', headers: [], body: new Uint8Array(bytes) });

test('what was written of late: the oldest is forgotten first, however much comes', (t) => {
  const writes = new RecentWrites();
  writes.took(put('often'), 0);
  for (let index = 0; index < 150_000; index += 1) {
    writes.took(put(`k${index}`), index);
    if (index % 1000 === 0) writes.took(put('often'), index);
  }
  t.notOk(writes.isFresh({ ...get, key: 'k0' }, 1e9, 150_000), 'long ago');
  t.ok(writes.isFresh({ ...get, key: 'k149999' }, 1e9, 150_000), 'just now');
  t.ok(writes.isFresh({ ...get, key: 'often' }, 1e9, 150_000), 'long ago, and again since');
  t.notOk(writes.isFresh({ ...get, key: 'k149999', region: 'us-west-2' }, 1e9, 150_000), 'another region');
  t.ok(writes.hasFresh(get, 10, 150_000));
  t.notOk(writes.hasFresh({ ...get, region: 'us-west-2' }, 1e9, 150_000));
  t.end();
});

test('old answers are kept within a budget of bytes, those seen last', (t) => {
  const writes = new RecentWrites();
  const read = (key: string): Exchange => ({ ...get, key });
  for (let index = 0; index < 200; index += 1) {
    writes.keep(read(`k${index}`), answer(STALE_BYTES_MAX), index);
    writes.keep(read('often'), answer(1), index);
  }
  for (const key of ['k0', 'k100', 'k150', 'k199', 'often']) writes.took(put(key), 1000);
  t.same(
    ['k0', 'k100', 'k150', 'k199', 'often'].map((key) => writes.before(read(key)) !== null),
    [false, false, true, true, true],
  );
  t.equal(writes.before({ ...read('k199'), region: 'us-west-2' }), null, 'never the bytes of another bucket');
  t.end();
});
