import sortedBtree from 'sorted-btree';
import { compareUtf8 } from '../core/utf8-order.ts';
import type { OrderedSource } from '../core/list-page.ts';

const { default: BTree } = sortedBtree;

/** A map whose keys stand in S3's order: entry and look-up cost the logarithm of its size. */
export class SortedMap<V> {
  readonly #tree = new BTree<string, V>(undefined, compareUtf8);

  get size(): number {
    return this.#tree.size;
  }

  get(key: string): V | undefined {
    return this.#tree.get(key);
  }

  set(key: string, value: V): void {
    this.#tree.set(key, value);
  }

  delete(key: string): void {
    this.#tree.delete(key);
  }

  /** Entries from the first key that is not below `key`. The map must not change while they are read. */
  from(key: string): IterableIterator<[string, V]> {
    return this.#tree.entries(key);
  }

  values(): IterableIterator<V> {
    return this.#tree.values();
  }

  /** The map as a listing reads it, with what each entry holds to show. */
  view<T>(show: (value: V) => readonly T[]): OrderedSource<T> {
    const tree = this.#tree;
    return {
      *from(from) {
        for (const [key, value] of tree.entries(from)) yield [key, show(value)];
      },
    };
  }
}
