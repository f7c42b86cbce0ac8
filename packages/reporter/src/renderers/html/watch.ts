import type { ReportProbe } from '../../report/findings.ts';
import { isScreenshot } from '../../report/watch.ts';
import type { Report } from '../../report/report.ts';
import { type Markup, markup } from '../escape.ts';
import { formatCount, formatDuration, formatMaybe, NONE } from '../format.ts';
import { dataTable, section } from './elements.ts';

/** What the app's own alarms said. */
export function alarmsSection({ alarms }: Report): Markup | null {
  if (alarms.length === 0) return null;
  return section(
    'alarms',
    'Alarms',
    "What the app's own alarms said, and when.",
    dataTable({
      caption: 'Changes of alarms, in the order of time',
      columns: [{ title: 'Clock' }, { title: 'Alarm' }, { title: 'Seen in' }, { title: 'State' }, { title: 'Said' }],
      rows: alarms.map(({ at, alarm, source, state, detail }) => [
        at.clock,
        alarm,
        source,
        state === 'firing'
          ? markup`<span class="tag fail">firing</span>`
          : markup`<span class="tag pass">cleared</span>`,
        detail === '' ? NONE : detail,
      ]),
    }),
  );
}

/** What a browser and the other probes saw, phase by phase. */
export function filmstripSection({ probes, phases }: Report): Markup | null {
  if (probes.length === 0) return null;
  const titles = new Map(phases.map(({ id, title }) => [id, title]));
  const frames = probes.flatMap((probe) => {
    const { screenshot } = probe;
    if (screenshot === null || !isScreenshot(screenshot)) return [];
    const where = titles.get(probe.phase ?? '') ?? 'outside of the phases';
    const alt = `${probe.probe} at ${probe.at.clock}: ${probe.message}`;
    return [
      markup`<li><figure><img src="${encodeURI(screenshot)}" alt="${alt}" loading="lazy" width="320" height="200"><figcaption>${probe.at.clock}, ${where}. ${probe.message}</figcaption></figure></li>\n`,
    ];
  });
  return section('filmstrip', 'What users saw', 'What probes saw when they looked at the app as a user would.', [
    frames.length === 0 ? null : markup`<ol class="filmstrip">\n${frames}</ol>\n`,
    dataTable({
      caption: 'Every look of a probe',
      columns: [
        { title: 'Clock' },
        { title: 'Probe' },
        { title: 'Kind' },
        { title: 'Usable' },
        { title: 'Took', numeric: true },
        { title: 'LCP', numeric: true },
        { title: 'Broken images', numeric: true },
        { title: 'Console errors', numeric: true },
        { title: 'Saw' },
      ],
      rows: probes.map((probe) => [
        probe.at.clock,
        probe.probe,
        probe.kind,
        usable(probe),
        formatDuration(probe.tookMs),
        formatMaybe(probe.lcpMs),
        probe.brokenImages === null ? NONE : formatCount(probe.brokenImages),
        probe.consoleErrors === null ? NONE : formatCount(probe.consoleErrors),
        probe.value === null ? probe.message : `${probe.message}: ${probe.value}`,
      ]),
    }),
  ]);
}

function usable(probe: ReportProbe): Markup {
  if (probe.usable === null) return markup`<span class="tag inconclusive">not known</span>`;
  return probe.usable ? markup`<span class="tag pass">yes</span>` : markup`<span class="tag fail">no</span>`;
}
