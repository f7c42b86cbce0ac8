import { dimensionAnchor } from '../../report/anchor.ts';
import type { ReportPattern } from '../../report/findings.ts';
import type { Report } from '../../report/report.ts';
import { type Content, link, type Markup, markup } from '../escape.ts';
import { keepUnits } from '../format.ts';
import { evidenceLine, section } from './elements.ts';

const STATES: Readonly<Record<ReportPattern['state'], { readonly tag: string; readonly word: string }>> = {
  shown: { tag: 'pass', word: 'shown' },
  'not-shown': { tag: 'fail', word: 'not shown' },
  'cannot-tell': { tag: 'inconclusive', word: 'cannot tell' },
};

/** Which ways of living through an outage the app showed, and what each missing one would have improved. */
export function patternsSection({ patterns, dimensions }: Report): Markup | null {
  if (patterns.length === 0) return null;
  const titles = new Map(dimensions.map(({ id, title }) => [id, title]));
  return section(
    'patterns',
    'Resilience patterns',
    'Told from their traces in the journal alone. Nobody needs all of them: each missing one says what it would have improved.',
    markup`<ul class="patterns">\n${patterns.map((pattern) => item(pattern, titles))}</ul>\n`,
  );
}

function item(pattern: ReportPattern, titles: ReadonlyMap<string, string>): Markup {
  const { title, state, sentence, evidence, fingerprint } = pattern;
  const { tag, word } = STATES[state];
  return markup`<li><h3>${title} <span class="tag ${tag}">${word}</span></h3>
<p>${keepUnits(sentence)}</p>
${evidenceLine(evidence)}${missing(pattern, titles)}
<p class="small">Fingerprint: ${fingerprint}</p></li>
`;
}

function missing({ remedy, improves }: ReportPattern, titles: ReadonlyMap<string, string>): Content {
  if (remedy === null) return null;
  const { pattern, advice, proof, source } = remedy;
  const title = improves === null ? undefined : titles.get(improves.dimension);
  const would =
    improves === null || title === undefined
      ? null
      : markup`<p class="small">Would have improved <a href="#${dimensionAnchor(improves.dimension)}">${title}</a>: ${improves.figure.name} <b>${improves.figure.text}</b></p>`;
  return markup`<p><b>${pattern}.</b> ${keepUnits(advice)} <span class="small">${proof}${source === null ? null : markup` ${link(source.url, source.title)}`}</span></p>${would}`;
}
