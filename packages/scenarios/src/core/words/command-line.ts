export type SplitCommand =
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly message: string; readonly hint: string };

const SHELL_HINT = 'no shell runs it; for one, write command: [sh, -c, "..."]';
/** A template, an escape, a quote, a blank, something only a shell understands, or plain text. */
const TOKEN =
  /(\$\{[^}]*\})|\\(.)|'([^']*)'|"((?:[^"\\]|\\.)*)"|(\s+)|([|&;<>()`*?]|\$[A-Za-z_]\w*|\$\()|([^\s\\'"|&;<>()`*?$]+|\$)|(.)/gsu;

/**
 * Splits a command as a shell would, without being one: blanks part words; single quotes, double quotes and backslashes
 * keep them together. What only a shell could do (pipes, `&&`, `$NAME`, globs) is refused rather than passed on as text.
 */
export function splitCommand(line: string): SplitCommand {
  const words: string[] = [];
  let word: string | null = null;
  for (const [token, template, escaped, single, double, blank, shell, plain, stray] of line.matchAll(TOKEN)) {
    if (shell !== undefined) {
      const hint = /^\$[A-Za-z_]/.test(shell) ? 'write ${PORT} for what Gameday fills in' : SHELL_HINT;
      return { ok: false, message: `"${token}" has a meaning only to a shell`, hint };
    }
    if (stray !== undefined) {
      const what = stray === '\\' ? 'a backslash at the end' : `a ${stray} that nothing closes`;
      return { ok: false, message: what, hint: 'close it, or write the command as a list of words' };
    }
    if (blank !== undefined) {
      if (word !== null) words.push(word);
      word = null;
      continue;
    }
    const text = template ?? escaped ?? single ?? plain ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? '';
    word = (word ?? '') + text;
  }
  if (word !== null) words.push(word);
  const [program] = words;
  if (program === undefined)
    return { ok: false, message: 'the command is empty', hint: 'write command: node server.js' };
  if (/^[A-Za-z_][A-Za-z0-9_]*=/.test(program)) {
    return { ok: false, message: `"${program}" sets a variable, which only a shell does`, hint: 'put it under env' };
  }
  return { ok: true, words };
}

/** Words as a reader can paste them into a shell. */
export function joinCommand(words: readonly string[]): string {
  return words
    .map((word) => (/^(?:[\w@%+=:,./-]|\$\{\w+\})+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}
