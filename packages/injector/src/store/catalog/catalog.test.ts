import * as fc from 'fast-check';
import { test } from 'tap';
import { listPage } from '../core/list-page.ts';
import { compareUtf8 } from '../core/utf8-order.ts';
import { Catalog } from './catalog.ts';
import type { Mutation } from './mutation.ts';
import type { ObjectVersion, Version } from './object-version.ts';
import { snapshotOf } from './snapshot.ts';

const terms = { name: 'b', region: 'us-east-1', owner: 'o', createdMs: 0 };
const metadata = { headers: {}, user: {} };
const version = (key: string, versionId: string, lastModifiedMs = 0): ObjectVersion => ({
  kind: 'object',
  key,
  versionId,
  lastModifiedMs,
  owner: 'o',
  size: 1,
  etag: versionId,
  contents: [{ blob: `${key}-${versionId}`, size: 1 }],
  metadata,
  storageClass: 'STANDARD',
});

const all = (versions: readonly Version[]): readonly Version[] => versions;

test('many keys in random order list in order, page by page', async (t) => {
  const catalog = new Catalog();
  catalog.apply({ type: 'bucket.created', terms });
  const count = 100_000;
  for (let index = 0; index < count; index += 1) {
    const key = `${(index * 7919) % 100}/${((index * 2_654_435_761) % 4_294_967_296).toString(36)}`;
    catalog.apply({ type: 'version.put', bucket: 'b', version: version(key, 'null') });
  }
  const view = catalog.bucket('b')?.objects.view(all);
  if (view === undefined) throw new Error('the bucket is gone');
  let after = '';
  let seen = 0;
  for (;;) {
    const page = listPage(view, { prefix: '', delimiter: '', after, maxKeys: 1000 });
    for (const { key } of page.items) {
      if (compareUtf8(after, key) >= 0) t.fail(`${key} comes after ${after}`);
      after = key;
      seen += 1;
    }
    if (!page.truncated) break;
  }
  t.equal(seen, count);
  const rolled = listPage(view, { prefix: '', delimiter: '/', after: '', maxKeys: 1000 });
  t.equal(rolled.commonPrefixes.length, 100);
});

const key = fc.constantFrom('a', 'b', 'c/d');
const id = fc.constantFrom('null', 'v1', 'v2', 'v3');
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc
    .tuple(key, id, fc.nat(9))
    .map(([k, v, ms]): Mutation => ({ type: 'version.put', bucket: 'b', version: version(k, v, ms) })),
  fc.tuple(key, id).map(([k, versionId]): Mutation => ({
    type: 'version.put',
    bucket: 'b',
    version: { kind: 'delete-marker', key: k, versionId, lastModifiedMs: 0, owner: 'o' },
  })),
  fc.tuple(key, id).map(([k, versionId]): Mutation => ({ type: 'version.removed', bucket: 'b', key: k, versionId })),
  fc.tuple(key, id).map(([k, versionId]): Mutation => ({
    type: 'version.amended',
    bucket: 'b',
    key: k,
    versionId,
    tags: [{ key: 't', value: '1' }],
  })),
);

test('a catalog behaves as a list of versions, frees each blob once, and comes back from its snapshot', async (t) => {
  fc.assert(
    fc.property(fc.array(mutation, { maxLength: 40 }), (mutations) => {
      const catalog = new Catalog();
      catalog.apply({ type: 'bucket.created', terms });
      const model: { key: string; versionId: string; isObject: boolean }[] = [];
      let live = 0;
      for (const change of mutations) {
        const freed = catalog.apply(change).length;
        if (change.type !== 'version.put' && change.type !== 'version.removed') continue;
        const is = change.type === 'version.put' ? change.version : change;
        const at = model.findIndex((other) => other.key === is.key && other.versionId === is.versionId);
        const [old] = at === -1 ? [] : model.splice(at, 1);
        if (freed !== (old?.isObject === true ? 1 : 0)) return false;
        if (change.type === 'version.put') {
          const isObject = change.version.kind === 'object';
          model.unshift({ key: is.key, versionId: is.versionId, isObject });
          live += isObject ? 1 : 0;
        }
        live -= freed;
      }
      const held = [...(catalog.bucket('b')?.objects.values() ?? [])].flat();
      const expected = ['a', 'b', 'c/d'].flatMap((k) =>
        model.filter((one) => one.key === k).map((one) => one.versionId),
      );
      const again = new Catalog();
      for (const change of snapshotOf(catalog)) again.apply(change);
      return (
        JSON.stringify(held.map(({ versionId }) => versionId)) === JSON.stringify(expected) &&
        held.filter(({ kind }) => kind === 'object').length === live &&
        JSON.stringify([...snapshotOf(again)]) === JSON.stringify([...snapshotOf(catalog)])
      );
    }),
    { seed: 20_170_228, numRuns: 500 },
  );
  t.pass();
});
