/** Breaks a text at blanks into lines of at most `width` letters; a longer word keeps a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

/** A label, and beside it a text that keeps to its own column. */
export function labelled(label: string, text: string, column: number, width: number): string[] {
  const lines = wrap(text, Math.max(20, width - column));
  const head = label.length < column ? label.padEnd(column) : `${label} `;
  return (lines.length === 0 ? [''] : lines).map((line, index) =>
    `${index === 0 ? head : ' '.repeat(column)}${line}`.trimEnd(),
  );
}
