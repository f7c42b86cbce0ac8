import type { Ledger } from '../../report/measurements.ts';
import type { Report } from '../../report/report.ts';
import { type Content, type Markup, markup } from '../escape.ts';
import { formatBytes, formatCount, formatShare, NONE } from '../format.ts';
import { plural } from '../../wording/figures.ts';
import { dataTable, section } from './elements.ts';

/** Every write that the app said yes to, and whether it is still there. */
export function ledgerSection({ ledger }: Report): Markup {
  const lead =
    'Every write that the app acknowledged was read back after recovery, through the app and straight from S3.';
  if (ledger.acked === 0) {
    return section('ledger', 'Ledger of writes', lead, markup`<p>The app acknowledged no write.</p>`);
  }
  return section('ledger', 'Ledger of writes', lead, [tally(ledger), asides(ledger), lostTable(ledger)]);
}

function tally(ledger: Ledger): Markup {
  const cells: readonly (readonly [string, number, 'bad' | 'quiet'])[] = [
    ['Found as written', ledger.ok, 'quiet'],
    ['Lost', ledger.lost, 'bad'],
    ['Corrupted', ledger.corrupted, 'bad'],
    ['Could not be read back', ledger.unreadable, 'quiet'],
    ['Not audited', ledger.notAudited, 'quiet'],
  ];
  const shown = cells.map(([term, count, kind]) => {
    const figure =
      kind === 'bad' && count > 0 ? markup`<span class="fail-text">${formatCount(count)}</span>` : formatCount(count);
    return markup`<div><dt>${term}</dt><dd>${figure}<span class="small">${formatShare(count, ledger.acked)}</span></dd></div>\n`;
  });
  return markup`<dl class="facts tally">
<div><dt>Acknowledged</dt><dd>${formatCount(ledger.acked)}<span class="small">${formatBytes(ledger.bytesAcked)}</span></dd></div>
${shown}</dl>
`;
}

function asides(ledger: Ledger): Markup | null {
  const sentences = [
    ledger.appOnly > 0
      ? `${plural(ledger.appOnly, 'write')} of those found ${ledger.appOnly === 1 ? 'is' : 'are'} in the app alone, not in S3.`
      : null,
    ledger.unknown > 0
      ? `${plural(ledger.unknown, 'more write')} got no clear answer; ${formatCount(ledger.recovered)} of them ${ledger.recovered === 1 ? 'is' : 'are'} present all the same, which is no error.`
      : null,
  ].filter((sentence) => sentence !== null);
  return sentences.length === 0 ? null : markup`<p class="small">${sentences.join(' ')}</p>`;
}

const FATES: Readonly<Record<Ledger['firstLost'][number]['fate'], string>> = {
  lost: 'lost',
  corrupted: 'corrupted',
  unreadable: 'could not be read back',
  'not-audited': 'not audited',
};

function lostTable({ firstLost, acked, ok }: Ledger): Content {
  if (firstLost.length === 0) return null;
  const missing = acked - ok;
  const caption =
    firstLost.length < missing
      ? `The first ${firstLost.length} of ${formatCount(missing)} that were not found as written`
      : 'Those that were not found as written';
  return dataTable({
    caption,
    columns: [
      { title: 'Entry' },
      { title: 'Step' },
      { title: 'Acknowledged' },
      { title: 'Fate' },
      { title: 'Asked of the app' },
      { title: 'Asked of S3' },
    ],
    rows: firstLost.map(({ entry, step, acked: when, fate, app, s3 }) => [
      markup`<code>${entry}</code>`,
      step,
      when?.clock ?? NONE,
      FATES[fate],
      app ?? 'not asked',
      s3 ?? 'not asked',
    ]),
  });
}
