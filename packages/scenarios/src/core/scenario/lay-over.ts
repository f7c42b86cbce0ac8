import type { Entry, Located, LocatedTree } from '../source/located-tree.ts';
import { isRecord } from '../source/schema-words.ts';

/** Maps key by key, deep; of everything else, lists included, what lies above hides what lies below. */
export function layOver(tree: LocatedTree, base: Located, over: Located): Located {
  const own = over.value;
  if (!isRecord(base.value) || !isRecord(own)) return over;
  const given = tree.entries(base).filter(([key]) => !outdated(key, own));
  const merged = given.map(([key, value]): Entry =>
    Object.hasOwn(own, key) ? [key, layOver(tree, value, tree.child(over, key))] : [key, value],
  );
  const known = new Set(given.map(([key]) => key));
  const added = tree.entries(over).filter(([key]) => !known.has(key));
  return { value: tree.record([...merged, ...added]), origin: over.origin };
}

/** Lists whose entries have ids: an entry is laid over the one of the same id, the others follow at the end. */
export function layListOver(tree: LocatedTree, base: Located, over: Located): Located {
  const additions = tree.items(over);
  const merged = tree.items(base).map((item) => {
    const change = additions.find((addition) => idOf(addition) !== undefined && idOf(addition) === idOf(item));
    return change === undefined ? item : layOver(tree, item, change);
  });
  const known = new Set(tree.items(base).map(idOf));
  const added = additions.filter((addition) => idOf(addition) === undefined || !known.has(idOf(addition)));
  return { value: tree.list([...merged, ...added]), origin: over.origin };
}

function idOf({ value }: Located): string | undefined {
  return isRecord(value) && typeof value['id'] === 'string' ? value['id'] : undefined;
}

/** A phase that is given a length anew keeps nothing of its old times, and the other way round. */
function outdated(key: string, own: Readonly<Record<string, unknown>>): boolean {
  if (key === 'for') return 'from' in own || 'to' in own;
  return (key === 'to' || key === 'from') && 'for' in own;
}
