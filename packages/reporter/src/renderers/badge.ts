import type { Letter } from '../journal/plan-record.ts';
import type { Report } from '../report/report.ts';
import { markup } from './escape.ts';

/** White text on each reaches WCAG AA. */
const COLOURS: Readonly<Record<Letter | 'none', string>> = {
  A: '#1c6b3d',
  B: '#2f6d1c',
  C: '#7d5800',
  D: '#a8430b',
  F: '#b3261e',
  none: '#585d66',
};
const LABEL = 'S3 outage';
const CHAR_WIDTH = 6.6;
const PADDING = 8;
const HEIGHT = 20;

const widthOf = (text: string): number => Math.round(text.length * CHAR_WIDTH + 2 * PADDING);

const text = (word: string, from: number, width: number) =>
  markup`<text x="${from + width / 2}" y="14" textLength="${width - 2 * PADDING}" lengthAdjust="spacingAndGlyphs">${word}</text>`;

/** badge.svg for a readme: the letter, or that there is none. Fonts differ, so each text is fitted to its box. */
export function renderBadge({ letter, score }: Report): string {
  const value = letter === null ? 'no grade' : score === null ? letter : `${letter} ${score.toFixed(0)}/100`;
  const [left, right] = [widthOf(LABEL), widthOf(value)];
  return markup`<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="${HEIGHT}" role="img" aria-label="${LABEL}: ${value}">
<title>${LABEL}: ${value}</title>
<clipPath id="r"><rect width="${left + right}" height="${HEIGHT}" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="${left}" height="${HEIGHT}" fill="#3a3f47"/><rect x="${left}" width="${right}" height="${HEIGHT}" fill="${COLOURS[letter ?? 'none']}"/></g>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">${text(LABEL, 0, left)}${text(value, left, right)}</g>
</svg>
`.toString();
}
