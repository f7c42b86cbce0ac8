import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { plainLine } from '../escape.ts';
import { keepUnits } from '../format.ts';

/** The text in lines of at most `width` columns, the first after `lead`, the others below where it began. */
export function hang(lead: string, text: string, width: number): string {
  const indent = stringWidth(lead);
  const lines = wrapAnsi(keepUnits(text), Math.max(20, width - indent), { hard: true })
    .replaceAll('\u00A0', ' ')
    .split('\n');
  return lines.map((line, index) => `${index === 0 ? lead : ' '.repeat(indent)}${line}`).join('\n');
}

/** Cut to `width` columns, with an ellipsis where something is missing, and filled up with spaces. */
export function fit(text: string, width: number): string {
  let shown = plainLine(text);
  if (stringWidth(shown) > width) {
    // By code point: what is cut may be a surrogate pair, and half of one is no character.
    const characters = Array.from(shown);
    while (characters.length > 0 && stringWidth(`${characters.join('')}\u2026`) > width) characters.pop();
    shown = `${characters.join('').trimEnd()}\u2026`;
  }
  return shown + ' '.repeat(Math.max(0, width - stringWidth(shown)));
}

/** Set against the right edge of a column. Colours do not count. */
export function right(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - stringWidth(text))) + text;
}
