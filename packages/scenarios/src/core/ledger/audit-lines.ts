/** One line of what an audit command prints. */
export type AuditLine =
  | { readonly kind: 'entry'; readonly id: string; readonly what: Held; readonly collection: string | null }
  | { readonly kind: 'register'; readonly name: string; readonly what: Held }
  | { readonly kind: 'counter'; readonly name: string; readonly value: number }
  | { readonly kind: 'log'; readonly name: string; readonly offset: number; readonly what: Held }
  /** Everything of these kinds has been listed: what is missing is not there. */
  | { readonly kind: 'end'; readonly kinds: readonly AuditKind[] };

export type AuditKind = 'entry' | 'register' | 'counter' | 'log';

/** What is held: bytes by their digest, an entry by its id, or something of which nothing more is known. */
export type Held = { readonly digest: string } | { readonly id: string } | null;

const KINDS: readonly AuditKind[] = ['entry', 'register', 'counter', 'log'];
const DIGEST = /^[0-9a-f]{64}$/;

/**
 * Reads a line of an audit command: `entry ID SHA256 COLLECTION` (without the last, of the collection that has no name),
 * `register NAME SHA256`, `counter NAME VALUE`, `log NAME OFFSET SHA256` or `end KIND...`, the words parted by blanks. In
 * place of a digest the entry's id may stand, or `-` where the store cannot tell. Null for a line that is empty or begins
 * with `#`.
 * @throws {Error} for any other line
 */
export function parseAuditLine(line: string): AuditLine | null {
  const words = line.trim().split(/\s+/);
  const [word = '', one = '', two, three] = words;
  if (word === '' || word.startsWith('#')) return null;
  if (word === 'end') {
    const kinds = words.slice(1).map((name) => KINDS.find((kind) => kind === name));
    const known = kinds.filter((kind) => kind !== undefined);
    if (known.length > 0 && known.length === kinds.length) return { kind: 'end', kinds: known };
  }
  if (word === 'entry' && one !== '' && words.length <= 4) {
    return { kind: 'entry', id: one, what: heldOf(two), collection: three ?? null };
  }
  if (word === 'register' && two !== undefined && words.length === 3) {
    return { kind: 'register', name: one, what: heldOf(two) };
  }
  const number = Number(two);
  if (word === 'counter' && Number.isSafeInteger(number) && words.length === 3) {
    return { kind: 'counter', name: one, value: number };
  }
  if (word === 'log' && Number.isSafeInteger(number) && words.length <= 4) {
    return { kind: 'log', name: one, offset: number, what: heldOf(three) };
  }
  throw new Error(`not a line of an audit: ${JSON.stringify(line.slice(0, 120))}`);
}

function heldOf(word: string | undefined): Held {
  if (word === undefined || word === '-') return null;
  return DIGEST.test(word) ? { digest: word } : { id: word };
}
