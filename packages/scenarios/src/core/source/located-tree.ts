import type { Path } from './input-error.ts';
import { isRecord } from './schema-words.ts';
import type { Position, YamlDocument } from './yaml-document.ts';

type Json = Readonly<Record<string, unknown>>;

export interface Origin {
  readonly document: YamlDocument;
  readonly path: Path;
}

/** A value, and where in which file it stands. */
export interface Located<Value = unknown> {
  readonly value: Value;
  readonly origin: Origin;
}

export type Entry = readonly [string, Located];

/** Builds one tree out of parts of several documents, and remembers where each part stood. */
export class LocatedTree {
  /** For each map and list that was put together here: where each of its values stands. */
  readonly #origins = new WeakMap<object, ReadonlyMap<string, Origin>>();

  record(entries: readonly Entry[]): Json {
    const made = Object.fromEntries(entries.map(([key, { value }]) => [key, value]));
    this.#origins.set(made, new Map(entries.map(([key, { origin }]) => [key, origin])));
    return made;
  }

  list(items: readonly Located[]): readonly unknown[] {
    const made = items.map(({ value }) => value);
    this.#origins.set(made, new Map(items.map(({ origin }, index) => [String(index), origin])));
    return made;
  }

  child({ value, origin }: Located, key: string | number): Located {
    const below: unknown = Array.isArray(value) ? value[Number(key)] : isRecord(value) ? value[key] : undefined;
    const known = typeof value === 'object' && value !== null ? this.#origins.get(value)?.get(String(key)) : undefined;
    return { value: below, origin: known ?? { ...origin, path: [...origin.path, key] } };
  }

  entries(located: Located): Entry[] {
    return isRecord(located.value)
      ? Object.keys(located.value).map((key): Entry => [key, this.child(located, key)])
      : [];
  }

  items(located: Located): Located[] {
    return Array.isArray(located.value) ? located.value.map((_, index) => this.child(located, index)) : [];
  }

  /** The same map with some of its values replaced; what is no map stays as it is. */
  replace(located: Located, values: readonly Entry[]): Located {
    if (!isRecord(located.value)) return located;
    const replaced = this.entries(located).map(
      ([key, value]): Entry => values.find(([name]) => name === key) ?? [key, value],
    );
    return { value: this.record(replaced), origin: located.origin };
  }

  /** Where a path of the tree stands. */
  locate(root: Located, path: Path, what?: 'value' | 'key'): Position {
    let place = root;
    for (const part of path) place = this.child(place, part);
    return place.origin.document.locate(place.origin.path, what);
  }
}
