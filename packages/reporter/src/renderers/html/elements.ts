import type { Figure, Verdict } from '../../report/basics.ts';
import { type Content, type Markup, markup } from '../escape.ts';
import { VERDICT_TITLES } from '../format.ts';

/** A section of the page, reachable from the contents by its id. */
export function section(id: string, title: string, lead: Content, body: Content): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${lead === null ? null : markup`<p class="lead">${lead}</p>\n`}${body}
</section>
`;
}

export interface Column {
  readonly title: string;
  readonly numeric?: true;
}

export interface TableParts {
  readonly caption: string;
  readonly columns: readonly Column[];
  /** Each row's first cell heads it. */
  readonly rows: readonly (readonly Content[])[];
}

/** A table that scrolls inside its own box on a narrow page, also by keyboard. */
export function dataTable({ caption, columns, rows }: TableParts): Markup {
  return scrollBox(
    caption,
    markup`<table>
<caption>${caption}</caption>
${tableHead(columns)}
<tbody>
${rows.map((cells) => tableRow(columns, cells))}</tbody>
</table>`,
  );
}

export function tableHead(columns: readonly Column[]): Markup {
  const cells = columns.map(({ title, numeric }) => markup`<th scope="col"${numericClass(numeric)}>${title}</th>`);
  return markup`<thead><tr>${cells}</tr></thead>`;
}

export function tableRow(columns: readonly Column[], cells: readonly Content[]): Markup {
  const rendered = cells.map((cell, index) =>
    index === 0
      ? markup`<th scope="row">${cell}</th>`
      : markup`<td${numericClass(columns[index]?.numeric)}>${cell}</td>`,
  );
  return markup`<tr>${rendered}</tr>\n`;
}

export function scrollBox(label: string, body: Content): Markup {
  return markup`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${body}</div>\n`;
}

/** The verdict in words; the colour only repeats it. */
export function verdictTag(verdict: Verdict): Markup {
  return markup`<span class="tag ${verdict}">${VERDICT_TITLES[verdict]}</span>`;
}

/** A share drawn as a bar, beside the figure that says the same. */
export function bar(ratio: number, kind: 'pass' | 'fail' | 'plain'): Markup {
  const percent = (Math.min(1, Math.max(0, ratio)) * 100).toFixed(1);
  return markup`<svg class="bar" aria-hidden="true" focusable="false"><rect class="track" width="100%" height="100%"/><rect class="${kind}" width="${percent}%" height="100%"/></svg>`;
}

/** Term and description pairs. */
export function facts(pairs: readonly (readonly [term: string, description: Content])[]): Markup {
  return markup`<dl class="facts">
${pairs.map(([term, description]) => markup`<div><dt>${term}</dt><dd>${description}</dd></div>\n`)}</dl>
`;
}

/** The figures that a sentence rests on, in one line. */
export function evidenceLine(figures: readonly Figure[]): Markup | null {
  if (figures.length === 0) return null;
  const items = figures.map(({ name, text }) => markup`<li>${name} <b>${text}</b></li>`);
  return markup`<ul class="evidence">${items}</ul>`;
}

function numericClass(numeric: true | undefined): Markup | null {
  return numeric === undefined ? null : markup` class="n"`;
}
