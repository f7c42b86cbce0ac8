import type { GivenId } from './given-id.ts';

/** The ids that the app gave, by the numbers of their entries. Only entries that wait for one or have one take room. */
export class GivenIds {
  readonly #given = new Map<number, GivenId | null>();
  /** Who got a name last. */
  readonly #latest = new Map<string, number>();
  /** Everybody who got a name that was given more than once. */
  readonly #sharers = new Map<string, number[]>();

  /** The app is to give this entry its id. */
  expect(index: number): void {
    this.#given.set(index, null);
  }

  keep(index: number, given: GivenId): void {
    const { name } = given;
    this.#given.set(index, given);
    const before = this.#latest.get(name);
    if (before !== undefined) this.#sharers.set(name, [...(this.#sharers.get(name) ?? [before]), index]);
    this.#latest.set(name, index);
  }

  has = (index: number): boolean => this.#given.has(index);
  at = (index: number): GivenId | null => this.#given.get(index) ?? null;
  isMissing = (index: number): boolean => this.#given.get(index) === null;

  /** False where the entry's id was given to another one later. */
  isLatest(index: number): boolean {
    const name = this.at(index)?.name;
    return name === undefined || this.#latest.get(name) === index;
  }

  /** The entries that go by a name, the first first. */
  named(name: string): readonly number[] {
    const latest = this.#latest.get(name);
    return this.#sharers.get(name) ?? (latest === undefined ? [] : [latest]);
  }
}
