import { markup, pageStyle, trusted, type Markup } from '@gameday/reporter';
import { headline, seedsTables, writes, type SeedsTable } from './describe-seeds.ts';
import type { SeedsResult } from './merge-seeds.ts';

/** The merged result as one page that needs nothing else; each seed leads to its own report beside it. */
export function seedsAsHtml(result: SeedsResult): string {
  const [seeds, dimensions, shares] = seedsTables(result);
  const { letter, target, scenario, notes } = result;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="color-scheme" content="light dark">
<title>${letter ?? 'No letter'}: ${target}, ${scenario}, ${result.seeds.length} seeds</title>
<style>${trusted(pageStyle)}</style>
</head>
<body>
<header class="masthead"><span><b>Gameday</b> several seeds as one result</span></header>
<main>
<section><h2>${headline(result)}</h2><p class="lead">${writes(result)}</p></section>
${table('Seeds', seeds, (cell, column) => (column === 0 ? markup`<a href="seed-${encodeURIComponent(cell)}/report.html">${cell}</a>` : markup`${cell}`))}
${table('Dimensions', dimensions)}
${table('Users', shares)}
${notes.length === 0 ? null : markup`<section><h2>Notes</h2><ul>${notes.map((note) => markup`<li>${note}</li>`)}</ul></section>`}
</main>
</body>
</html>
`.toString();
}

function table(
  title: string,
  { head, rows }: SeedsTable,
  cellOf: (cell: string, column: number) => Markup = (cell) => markup`${cell}`,
): Markup {
  const heads = head.map((cell) => markup`<th scope="col">${cell}</th>`);
  const body = rows.map(
    (cells) => markup`<tr>${cells.map((cell, column) => markup`<td>${cellOf(cell, column)}</td>`)}</tr>\n`,
  );
  return markup`<section><h2>${title}</h2><div class="scroll"><table>
<thead><tr>${heads}</tr></thead>
<tbody>
${body}</tbody>
</table></div></section>`;
}
