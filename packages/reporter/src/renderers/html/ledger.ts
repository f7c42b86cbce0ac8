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
    return section('ledger', 'Ledger of writes', lead, markup`<p>The app acknowledged no write of the ledger.</p>`);
  }
  return section('ledger', 'Ledger of writes', lead, [
    tally(ledger),
    asides(ledger),
    kindsTable(ledger),
    lostTable(ledger),
  ]);
}

function tally(ledger: Ledger): Markup {
  const cells: readonly (readonly [string, number, 'bad' | 'quiet'])[] = [
    ['Found as written', ledger.ok, 'quiet'],
    ['Lost', ledger.lost, 'bad'],
    ['Corrupted', ledger.corrupted, 'bad'],
    ...(ledger.listed || ledger.duplicated > 0 ? [['There twice', ledger.duplicated, 'bad'] as const] : []),
    ...(ledger.resurrected > 0 ? [['Back after a delete', ledger.resurrected, 'bad'] as const] : []),
    ['Could not be read back', ledger.unreadable, 'quiet'],
    ...(ledger.unnamed > 0 ? [['Acknowledged without an id', ledger.unnamed, 'bad'] as const] : []),
    ['Not audited', ledger.notAudited - ledger.unnamed, 'quiet'],
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
    ledger.holes > 0 ? `The logs have ${plural(ledger.holes, 'hole')}.` : null,
    ledger.disordered > 0
      ? `${plural(ledger.disordered, 'log entry', 'log entries')} ${ledger.disordered === 1 ? 'stands' : 'stand'} before one that had been acknowledged earlier.`
      : null,
    ledger.inOnePlace > 0
      ? `${plural(ledger.inOnePlace, 'write')} ${ledger.inOnePlace === 1 ? 'is' : 'are'} in one of several places of S3 only.`
      : null,
    ledger.sharedIds > 0
      ? `The app gave ${plural(ledger.sharedIds, 'id')} to more than one write; ${formatCount(ledger.taken)} of those lost are lost that way.`
      : null,
    ledger.received === null ? null : `Of the answers that said yes without an id, the first one: ${ledger.received}.`,
    ledger.unknown > 0
      ? `${plural(ledger.unknown, 'more write')} got no clear answer; ${formatCount(ledger.recovered)} of them ${ledger.recovered === 1 ? 'is' : 'are'} present all the same, which is no error.`
      : null,
    ledger.unknownUnnamed > 0
      ? `Nobody knows the ids that the app may have given to ${ledger.unknownUnnamed === ledger.unknown ? 'them' : `${formatCount(ledger.unknownUnnamed)} of them`}, so ${ledger.unknownUnnamed === 1 ? 'it was' : 'they were'} not looked for.`
      : null,
  ].filter((sentence) => sentence !== null);
  return sentences.length === 0 ? null : markup`<p class="small">${sentences.join(' ')}</p>`;
}

const KINDS: Readonly<Record<Ledger['kinds'][number]['kind'], string>> = {
  set: 'entries of their own',
  register: 'values that are overwritten',
  counter: 'additions to counters',
  log: 'entries of ordered logs',
};

/** Kind by kind, where there is more than one. */
function kindsTable({ kinds }: Ledger): Content {
  if (kinds.length < 2) return null;
  const titles = [
    'Acknowledged',
    'As they should be',
    'Lost',
    'Corrupted',
    'Twice',
    'Back',
    'Unproven',
    'No clear answer',
  ];
  return dataTable({
    caption: 'By kind of write',
    columns: [{ title: 'Kind' }, ...titles.map((title) => ({ title, numeric: true as const }))],
    rows: kinds.map((one) => [
      KINDS[one.kind],
      ...[one.acked, one.ok, one.lost, one.corrupted, one.duplicated, one.resurrected, one.unproven, one.unknown].map(
        (count) => formatCount(count),
      ),
    ]),
  });
}

const FATES: Readonly<Record<Ledger['firstLost'][number]['fate'], string>> = {
  lost: 'lost',
  corrupted: 'corrupted',
  duplicated: 'there twice',
  resurrected: 'back after a delete',
  unreadable: 'could not be read back',
  'not-audited': 'not audited',
};

const ID_WORDS: Readonly<Record<Ledger['firstLost'][number]['id'], string>> = {
  well: '',
  shared: ': its id was given to another',
  missing: ': it came without an id',
};

function lostTable({ firstLost, acked, ok }: Ledger): Content {
  if (firstLost.length === 0) return null;
  const missing = acked - ok;
  const commanded = firstLost.some(({ command }) => command !== null);
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
      ...(commanded ? [{ title: 'Said by the audit command' }] : []),
    ],
    rows: firstLost.map(({ entry, given, id, step, acked: when, fate, app, s3, command }) => [
      given === null
        ? markup`<code>${entry}</code>`
        : markup`<code>${given}</code> <span class="small">${entry}</span>`,
      step,
      when?.clock ?? NONE,
      `${FATES[fate]}${ID_WORDS[id]}`,
      app ?? 'not asked',
      s3 ?? 'not asked',
      ...(commanded ? [command ?? 'nothing'] : []),
    ]),
  });
}
