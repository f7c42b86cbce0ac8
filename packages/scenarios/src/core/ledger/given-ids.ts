import type { GivenId } from './given-id.ts';

/** A name in a collection: two collections may both have a 7. */
const keyOf = (collection: string | null, name: string): string => `${collection ?? ''}/${name}`;

/** The ids that the app gave, by the numbers of their entries. Only entries that wait for one or have one take room. */
export class GivenIds {
  readonly #given = new Map<number, GivenId | null>();
  /** Who got a name last, by collection and name. */
  readonly #latest = new Map<string, number>();
  /** Everybody who got a name that was given more than once. */
  readonly #sharers = new Map<string, number[]>();

  /** The app is to give this entry its id. */
  expect(index: number): void {
    this.#given.set(index, null);
  }

  keep(index: number, collection: string | null, given: GivenId): void {
    const key = keyOf(collection, given.name);
    this.#given.set(index, given);
    const before = this.#latest.get(key);
    if (before !== undefined) this.#sharers.set(key, [...(this.#sharers.get(key) ?? [before]), index]);
    this.#latest.set(key, index);
  }

  has = (index: number): boolean => this.#given.has(index);
  at = (index: number): GivenId | null => this.#given.get(index) ?? null;
  isMissing = (index: number): boolean => this.#given.get(index) === null;

  /** False where the entry's id was given to another one of its collection later. */
  isLatest(index: number, collection: string | null): boolean {
    const name = this.at(index)?.name;
    return name === undefined || this.#latest.get(keyOf(collection, name)) === index;
  }

  /** The entries of a collection that go by a name, the first first. */
  named(collection: string | null, name: string): readonly number[] {
    const key = keyOf(collection, name);
    const latest = this.#latest.get(key);
    return this.#sharers.get(key) ?? (latest === undefined ? [] : [latest]);
  }
}
