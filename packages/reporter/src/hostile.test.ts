import * as fc from 'fast-check';
import { test } from 'tap';
import { edited, good, journalOf, plan, rotatingApp, textOf } from '../test/journal-builder.ts';
import { entryTypes } from './journal/read.ts';
import { renderAnnotations } from './renderers/annotations.ts';
import { renderBadge } from './renderers/badge.ts';
import { renderCsv } from './renderers/csv.ts';
import { renderHtml } from './renderers/html.ts';
import { renderJson } from './renderers/json.ts';
import { renderJunit } from './renderers/junit.ts';
import { renderMarkdown } from './renderers/markdown.ts';
import { renderOtlp } from './renderers/otlp.ts';
import { renderPrometheus } from './renderers/prometheus.ts';
import type { Report } from './report/report.ts';
import { reportFromJournal } from './report-from-journal.ts';

const report = (entries: readonly unknown[]): Promise<Report> => reportFromJournal([textOf(entries)]);
const struckIn = (phase: string): string | undefined => plan.windows.find((window) => window.phase === phase)?.id;

const outputs = [
  renderJson,
  renderJunit,
  renderMarkdown,
  renderHtml,
  renderCsv,
  renderBadge,
  renderPrometheus,
  renderOtlp,
  renderAnnotations,
];

/** Every string of an entry, however deep, replaced; the types of entries and what the schema fixes stay. */
function poisoned(value: unknown, poison: string, key = ''): unknown {
  if (typeof value === 'string')
    return [
      'type',
      'class',
      'outcome',
      'stage',
      'reason',
      'via',
      'found',
      'stream',
      'when',
      'gate',
      'id',
      'phase',
      'window',
      'entry',
    ].includes(key)
      ? value
      : `${poison}${value}`;
  if (Array.isArray(value)) return value.map((one) => poisoned(one, poison, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, poisoned(one, poison, name)]));
}

test('a hostile journal neither crashes the reporter nor writes markup', async (t) => {
  const poison = '<script>alert(1)</script>"\'`|[x](javascript:alert(1)) @here \u0000\uD800]]>&';
  const entries: readonly unknown[] = edited(
    journalOf(
      ({ phase, index }) =>
        phase === 'baseline'
          ? good
          : { outcome: 'wrong-status', status: 500, latencyMs: index, struckBy: struckIn(phase) ?? 'none' },
      {
        lost: (entry) => entry.endsWith('1'),
      },
    ),
    (entry) => poisoned(entry, poison),
  );
  const hostile = await report([
    ...entries.slice(0, 5),
    { t: 5, type: 'target.output', stream: 'stderr', line: poison },
    { t: 6, type: 'guardrail.tripped', guardrail: poison, detail: poison },
    { t: 7, type: 'target.exited', code: null, signal: poison, expected: false },
    { t: 8, type: 'alert.seen', alarm: poison, source: 'log', state: 'firing', detail: poison },
    ...[poison, '../../etc/passwd.png', 'https://evil.example/x.png', 'javascript:x.png', '/root/x.png'].map(
      (screenshot) => ({
        t: 9,
        type: 'probe.reading',
        probe: poison,
        kind: 'browser',
        started: 8,
        usable: false,
        message: poison,
        screenshot,
      }),
    ),
    ...entries.slice(5),
  ]);
  t.equal(hostile.journal.malformed, 0);
  t.ok(hostile.notes.length > 2);
  for (const text of [renderMarkdown(hostile), renderJunit(hostile)])
    t.notMatch(text, /<script|(?!\n)\p{Control}|\p{Surrogate}/u);
  t.notMatch(renderMarkdown(hostile), /[^\\]\]\(javascript/);
  t.equal(hostile.alarms.length, 1);
  t.same(
    hostile.probes.map(({ screenshot }) => screenshot),
    [null, null, null, null, null],
    'no picture but those beside the journal',
  );
  for (const render of [renderHtml, renderBadge]) t.notMatch(render(hostile), /<script|<img|\p{Surrogate}/u);
  for (const render of [renderCsv, renderPrometheus, renderAnnotations, renderOtlp])
    t.notMatch(render(hostile), /(?![\r\n])\p{Control}|\p{Surrogate}/u);
});

test('any values in any fields: the reporter answers, and writes all its outputs', async (t) => {
  const whole = journalOf(rotatingApp);
  const type = fc.constantFrom(...entryTypes);
  const wild = fc.oneof(
    fc
      .record({ type, t: fc.double() })
      .chain((base) => fc.dictionary(fc.string(), fc.anything()).map((rest) => Object.assign(rest, base))),
    fc.jsonValue(),
    fc
      .tuple(
        fc.nat(whole.length - 1),
        fc.constantFrom('t', 'started', 'ended', 'intended', 'attempt', 'bytes', 'fired', 'phase', 'window', 'entry'),
        fc.jsonValue(),
      )
      .map(([at, field, value]) => Object.assign({}, whole[at], { [field]: value })),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(wild, { maxLength: 20 }), fc.nat(whole.length - 2), async (strangers, at) => {
      const hostile = await report([...whole.slice(0, at + 1), ...strangers, ...whole.slice(at + 1)]);
      t.ok(hostile.journal.malformed === 0 || hostile.letter === null);
      t.ok(outputs.every((render) => render(hostile).length > 0));
    }),
    { numRuns: 30, seed: 20_170_228 },
  );
});
