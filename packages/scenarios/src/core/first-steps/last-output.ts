/** How many lines of what a program printed last are kept: a stack trace, and what stood above it. */
const LINES_MAX = 16;

/** Of a line that is told in a sentence. */
const LETTERS_MAX = 200;

/** What a program printed last, neighbours that are the same but for figures told once. */
export interface LastOutput {
  add(line: string): void;
  lines(): readonly string[];
}

const figureless = (line: string): string => line.replaceAll(/\d+/g, '0');

/** Keeps the last lines of a program. */
export function lastOutput(): LastOutput {
  const kept: { text: string; times: number }[] = [];
  return {
    add(line) {
      const text = line.trimEnd();
      const last = kept.at(-1);
      if (text === '') return;
      if (last !== undefined && figureless(last.text) === figureless(text)) {
        last.times += 1;
        return;
      }
      kept.push({ text, times: 1 });
      if (kept.length > LINES_MAX) kept.shift();
    },
    lines: () => kept.map(({ text, times }) => (times === 1 ? text : `${text} (${times} times)`)),
  };
}

const isError = (line: string): boolean =>
  /^(?:\w+ )?(?:[\w.]*(?:Error|Exception)|error|panic|fatal)\b[^(]*:/i.test(line);

/** What a line of a program says of an error, short; null where it says nothing of one. */
export const errorOf = (line: string): string | null => (isError(line) ? line.trim().slice(0, LETTERS_MAX) : null);

/** The line that says most of why a program ended: the first that begins with an error, else the last; null for none. */
export function tellingLine(lines: readonly string[]): string | null {
  return (lines.find(isError) ?? lines.at(-1))?.trim().slice(0, LETTERS_MAX) ?? null;
}

/** The port that a program says it listens on, where that is another than the one it is looked for at; else null. */
export function otherPort(lines: readonly string[], port: number): number | null {
  const named = lines.flatMap((line) =>
    [...line.matchAll(/(?:https?:\/\/[^\s/:]+:|\bport[\s:=]+|\blistening (?:on|at)[\s:]+(?:\S*:)?)(\d{2,5})\b/gi)].map(
      ([, digits]) => Number(digits),
    ),
  );
  const last = named.findLast((found) => found > 0 && found < 65_536);
  return last === undefined || named.includes(port) ? null : last;
}
