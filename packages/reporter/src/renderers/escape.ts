/**
 * The one door between a report's strings and a page. Strings come from the app under test and from journals that
 * anyone may have written, so nothing reaches the page but through `markup`, which escapes whatever is not markup yet.
 */

/** Text that is safe to stand in an HTML or SVG document. Made by `markup`; `trusted` is for our own constants. */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The markup, as it stands in a page. */
  toString(): string {
    return this.#text;
  }
}

/** What a `markup` template takes: text is escaped, markup and lists of it are kept, null leaves nothing. */
export type Content = string | number | Markup | null | readonly Content[];

// Controls (C0 but tab and line ends, C1), bidirectional overrides that make a line read other than it is, and halves
// of surrogate pairs, which no UTF-8 file can hold.
const UNFIT = /(?![\t\n\r])\p{Cc}|[\u202A-\u202E\u2066-\u2069]|\p{Surrogate}/gu;

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/** Fit for text and for double-quoted attributes of HTML and XML. */
export function escapeHtml(text: string): string {
  return text.replaceAll(UNFIT, '\uFFFD').replaceAll(/[&<>"']/g, (character) => ENTITIES.get(character) ?? '');
}

/** One line of plain text: no control character (so no terminal escape sequence) and no line break survives. */
export function plainLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(UNFIT, '\uFFFD').trim();
}

function render(content: Content): string {
  if (content === null) return '';
  if (typeof content === 'string') return escapeHtml(content);
  if (typeof content === 'number') return String(content);
  if (content instanceof Markup) return content.toString();
  return content.map(render).join('');
}

/** Template tag: markup`<p>${text}</p>`. Attributes must be in double quotes. */
export function markup(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  const [first = '', ...rest] = parts;
  return new Markup(rest.reduce((text, part, index) => text + render(contents[index] ?? null) + part, first));
}

/** For constants of our own (the style sheet, path data). Never for anything read from a report. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

/** A link where the address is http or https, else the title alone: a journal may hold `javascript:`. */
export function link(url: string, title: string): Markup {
  return /^https?:\/\/[^\s]+$/i.test(url)
    ? markup`<a href="${url}" rel="noreferrer">${title}</a>`
    : markup`<span>${title}</span>`;
}
