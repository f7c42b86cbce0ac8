/**
 * How many typing errors lie between two words: a letter added, left out or changed, or two neighbours swapped
 * (Damerau-Levenshtein, in the form that touches no letter twice).
 */
export function typingErrors(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (beforeLast[j - 2] ?? Infinity) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** Nobody mistypes a word this long; comparing longer ones would only cost time. */
const WORD_LENGTH_MAX = 64;

function plain(word: string): string {
  return word.toLowerCase().replaceAll('_', '-');
}

/**
 * The word that was most likely meant, or null where none is near enough: up to one typing error in three letters.
 * Upper and lower case, and `-` and `_`, count as the same. Of equally near words the first wins.
 */
export function nearestWord(typed: string, words: readonly string[]): string | null {
  if (typed.length > WORD_LENGTH_MAX) return null;
  let best: { word: string; errors: number } | null = null;
  for (const word of words) {
    const errors = typingErrors(plain(typed), plain(word));
    const allowed = Math.max(1, Math.floor(Math.max(typed.length, word.length) / 3));
    if (errors <= allowed && errors < Math.min(typed.length, word.length) && (best === null || errors < best.errors)) {
      best = { word, errors };
    }
  }
  return best?.word ?? null;
}

/** More words than this are no help to a reader. */
const WORDS_SHOWN_MAX = 16;

/** A hint for an unknown word: the one that was meant, else the words that there are, if they are few enough to read. */
export function wordHint(typed: string, words: readonly string[]): string | null {
  const nearest = nearestWord(typed, words);
  if (nearest !== null) return `did you mean "${nearest}"?`;
  return words.length === 0 || words.length > WORDS_SHOWN_MAX ? null : `there is ${words.join(', ')}`;
}
