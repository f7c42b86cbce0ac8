import type { Report } from '../../report/report.ts';
import { type Markup, markup } from '../escape.ts';
import { formatCount, formatMaybe, NONE } from '../format.ts';
import { dataTable, section } from './elements.ts';
import { zeroQuiet } from './phase-table.ts';

/** What the app's retries did to S3, and to the app. */
export function retriesSection({ retries, phases }: Report): Markup | null {
  if (retries.rows.length === 0) return null;
  const titles = new Map(phases.map((phase) => [phase.id, phase.title]));
  const surge =
    retries.surgeAtHeal === null
      ? 'There was too little traffic after the last fault healed to tell how hard the app came back.'
      : `In its busiest second after the last fault healed, the app sent S3 ${formatFactor(retries.surgeAtHeal)} the mean rate of the baseline.`;
  const table = dataTable({
    caption:
      'Amplification: S3 requests per request of a user, against the baseline. Held: how long requests that met a fault stayed open.',
    columns: [
      { title: 'Phase' },
      { title: 'S3 requests', numeric: true },
      { title: 'Operations', numeric: true },
      { title: 'Attempts each', numeric: true },
      { title: 'Most attempts', numeric: true },
      { title: 'Amplification', numeric: true },
      { title: 'Pause p50', numeric: true },
      { title: 'Longest pause', numeric: true },
      { title: 'Held p95', numeric: true },
      { title: 'Held longest', numeric: true },
      { title: 'App gave up', numeric: true },
    ],
    rows: retries.rows.map((row) => [
      titles.get(row.phase) ?? row.phase,
      formatCount(row.exchanges),
      formatCount(row.operations),
      row.attemptsPerOperation === null ? NONE : row.attemptsPerOperation.toFixed(2),
      formatCount(row.attemptsMax),
      row.amplification === null ? NONE : formatFactor(row.amplification),
      formatMaybe(row.pauseP50Ms),
      formatMaybe(row.pauseMaxMs),
      formatMaybe(row.heldP95Ms),
      formatMaybe(row.heldMaxMs),
      zeroQuiet(row.gaveUp),
    ]),
  });
  return section('retries', 'Retry forensics', 'From the attempt and invocation headers that the AWS SDK sends.', [
    table,
    markup`<p class="small">${surge}</p>`,
  ]);
}

function formatFactor(factor: number): string {
  return `${factor.toFixed(factor < 10 ? 2 : 1).replace(/\.?0+$/, '')}\u00D7`;
}
