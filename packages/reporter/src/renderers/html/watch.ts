import type { ReportProbe } from '../../report/findings.ts';
import { isScreenshot } from '../../report/watch.ts';
import type { Report } from '../../report/report.ts';
import { type Markup, markup } from '../escape.ts';
import { formatCount, formatDuration, formatMaybe, NONE } from '../format.ts';
import { dataTable, section } from './elements.ts';
import type { Screenshots } from '../screenshots.ts';
import { zeroQuiet } from './phase-table.ts';

/** What the app's own alarms said. */
export function alarmsSection(report: Report): Markup | null {
  const { alarms } = report;
  if (alarms.length === 0 && report.alarmStories.length === 0) return null;
  return section('alarms', 'Alarms', "What the app's own alarms said, and when.", [
    storiesTable(report),
    alarms.length === 0
      ? null
      : dataTable({
          caption: 'Changes of alarms, in the order of time',
          columns: [
            { title: 'Clock' },
            { title: 'Alarm' },
            { title: 'Seen in' },
            { title: 'State' },
            { title: 'Said' },
          ],
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
  ]);
}

const EXPECTED = { fires: 'goes off', quiet: 'keeps quiet', any: NONE } as const;

function storiesTable({ alarmStories, clock }: Report): Markup | null {
  if (alarmStories.length === 0) return null;
  return dataTable({
    caption: `What each alarm did. Detected: from the first fault that struck to the alarm, in time of the run and, at ${clock.speed} times its speed, of the incident`,
    columns: [
      { title: 'Alarm' },
      { title: 'Raised when' },
      { title: 'Expected' },
      { title: 'Before the outage', numeric: true },
      { title: 'Went off' },
      { title: 'Detected', numeric: true },
      { title: 'Of the incident', numeric: true },
      { title: 'Cleared' },
    ],
    rows: alarmStories.map((story) => [
      story.id,
      story.does === '' ? 'the app sent it unasked' : story.does,
      story.asExpected === null
        ? EXPECTED[story.expect]
        : markup`${EXPECTED[story.expect]} <span class="tag ${story.asExpected ? 'pass' : 'fail'}">${story.asExpected ? 'yes' : 'no'}</span>`,
      zeroQuiet(story.falseAlarms),
      story.fired === null ? 'never' : story.fired.clock,
      formatMaybe(story.detectedAfterMs),
      formatMaybe(story.detectedAfterIncidentMs),
      story.stuck ? markup`<span class="tag fail">never</span>` : story.cleared === null ? NONE : story.cleared.clock,
    ]),
  });
}

/** What a browser and the other probes saw, phase by phase. */
export function filmstripSection({ probes, phases }: Report, screenshots: Screenshots): Markup | null {
  if (probes.length === 0) return null;
  const titles = new Map(phases.map(({ id, title }) => [id, title]));
  const frames = probes.flatMap((probe) => {
    const { screenshot } = probe;
    if (screenshot === null || !isScreenshot(screenshot)) return [];
    const where = titles.get(probe.phase ?? '') ?? 'outside of the phases';
    const alt = `${probe.probe} at ${probe.at.clock}: ${probe.message}`;
    return [
      markup`<li><figure><img src="${screenshots.get(screenshot) ?? encodeURI(screenshot)}" alt="${alt}" loading="lazy" width="320" height="200"><figcaption>${probe.at.clock}, ${where}. ${probe.message}</figcaption></figure></li>\n`,
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
        { title: 'To usable', numeric: true },
        { title: 'LCP', numeric: true },
        { title: 'Broken images', numeric: true },
        { title: 'Failed requests', numeric: true },
        { title: 'Console errors', numeric: true },
        { title: 'Saw' },
      ],
      rows: probes.map((probe) => [
        probe.at.clock,
        probe.replica === null ? probe.probe : `${probe.probe} of replica ${probe.replica}`,
        probe.kind,
        usable(probe),
        formatDuration(probe.tookMs),
        formatMaybe(probe.usableMs),
        formatMaybe(probe.lcpMs),
        probe.brokenImages === null ? NONE : formatCount(probe.brokenImages),
        probe.failedRequests === null ? NONE : formatCount(probe.failedRequests),
        probe.consoleErrors === null ? NONE : formatCount(probe.consoleErrors),
        probe.value === null ? probe.message : `${probe.message}: ${probe.value}`,
      ]),
    }),
  ]);
}

const FACES = {
  page: 'the page',
  'honest-error': 'an error that said so',
  unclear: 'neither page nor reason',
  white: 'a white page',
  'no-answer': 'no answer',
} as const;

function usable(probe: ReportProbe): Markup {
  if (probe.usable === null) return markup`<span class="tag inconclusive">not known</span>`;
  if (probe.usable) return markup`<span class="tag pass">yes</span>`;
  return markup`<span class="tag fail">no</span>${probe.showed === null ? '' : ` ${FACES[probe.showed]}`}`;
}
