import { test } from 'tap';
import { type App, good, journalOf, rotatingApp, textOf } from '../../test/journal-builder.ts';
import type { Entry } from '../journal/entry.ts';
import type { Dimension } from '../report/basics.ts';
import type { Report } from '../report/report.ts';
import { renderHtml } from '../renderers/html.ts';
import { renderTerminal } from '../renderers/terminal.ts';
import { reportFromJournal } from '../report-from-journal.ts';

const report = (entries: readonly unknown[]): Promise<Report> => reportFromJournal([textOf(entries)]);
const dimension = (of: Report, id: string): Dimension | undefined => of.dimensions.find((one) => one.id === id);

const stalls = (fromMs: number, toMs: number, everyMs = 1_000): readonly Entry[] =>
  Array.from({ length: (toMs - fromMs) / everyMs }, (_, index) => ({
    t: fromMs + (index + 1) * everyMs,
    type: 'tool.reading',
    rssBytes: 90_000_000,
    loopDelayMsMax: 900,
    inFlight: 3,
  }));
const withStalls = (entries: readonly Entry[], more: readonly Entry[]): readonly Entry[] => [
  ...entries.slice(0, -1),
  ...more,
  ...entries.slice(-1),
];

const slowAfter: App = (request) =>
  request.phase === 'recovery' && request.cls !== 'control' ? { ...good, latencyMs: 1_400 } : rotatingApp(request);
const slowDuring: App = (request) =>
  request.phase === 'blackout' && request.cls !== 'control'
    ? { ...good, latencyMs: 3_000, struckBy: 'silence' }
    : rotatingApp(request);
const deadAfter: App = (request) =>
  request.phase === 'recovery' && request.cls !== 'control'
    ? { ...good, outcome: 'wrong-status', status: 500 }
    : rotatingApp(request);

test("recovery does not blame the app for Gameday's own stalls", async (t) => {
  const entries = journalOf(slowAfter);
  t.match(dimension(await report(entries), 'recovery'), { verdict: 'fail', score: 0 }, 'slow by itself');
  t.match(dimension(await report(withStalls(entries, stalls(79_000, 101_000))), 'recovery'), {
    verdict: 'inconclusive',
    score: null,
    summary: /^Gameday itself stood still for more than 200 ms in 20 of the 20 s/,
  });
  // A stall late in the watch makes the last windows blind to latency, the earlier ones not.
  const some = dimension(await report(withStalls(entries, stalls(94_000, 97_000))), 'recovery');
  t.match(some, { evidence: [{}, {}, {}, { name: 'seconds in which Gameday itself stood still' }] });
  t.not(some?.score, 100);
  const dead = await report(withStalls(journalOf(deadAfter), stalls(79_000, 101_000)));
  t.match(dimension(dead, 'recovery'), { verdict: 'fail', score: 0 }, 'an answer that fails is the fault of the app');
});

test('latency leaves out what was slow while Gameday stood still, and says how much', async (t) => {
  const entries = journalOf(slowDuring);
  const blamed = dimension(await report(entries), 'latency');
  t.ok((blamed?.score ?? 100) < 95);
  const excused = dimension(await report(withStalls(entries, stalls(24_000, 29_000))), 'latency');
  t.ok((excused?.score ?? 0) > (blamed?.score ?? 100), 'some are left out');
  t.match(excused?.evidence.at(-1), { name: 'slow answers while Gameday stood still', unit: 'count' });
  const late: readonly Entry[] = entries.map((entry) =>
    entry.type === 'work.request' && entry.sent !== null && entry.intended >= 20_000
      ? Object.assign({}, entry, { sent: entry.intended + 900 })
      : entry,
  );
  const lagging = dimension(await report(late), 'latency');
  t.ok((lagging?.score ?? 0) > (blamed?.score ?? 100), 'so does a request that left late');
  const allSlow: App = (request) => (request.cls === 'control' ? good : { ...slowDuring(request), latencyMs: 3_000 });
  t.match(dimension(await report(withStalls(journalOf(allSlow), stalls(19_000, 90_000))), 'latency'), {
    verdict: 'inconclusive',
    summary: /stood still for more than 200 ms, so nobody can tell how slow the app was/,
  });
});

test('what the S3 behind Gameday does not have is told under the health of the tool', async (t) => {
  const entries = journalOf(rotatingApp);
  t.strictSame((await report(entries)).tool.notImplemented, []);
  const unknown = (fault: { readonly window: string; readonly kind: string } | null): readonly Entry[] =>
    entries.map((entry) =>
      entry.type === 's3.exchange' && entry.class === 'read' && entry.started < 20_000
        ? Object.assign({}, entry, {
            operation: 'SelectObjectContent',
            status: 501,
            outcome: 'answered' as const,
            fault,
          })
        : entry,
    );
  const told = await report(unknown(null));
  t.match(told.tool, {
    verdict: 'pass',
    summary: /answered 501 NotImplemented: SelectObjectContent \(\d+\)/,
    notImplemented: [{ operation: 'SelectObjectContent' }],
  });
  t.ok((told.tool.notImplemented[0]?.requests ?? 0) > 10);
  t.match(renderTerminal(told, { width: 400, color: false }), /501\s+NotImplemented/);
  t.match(renderHtml(told), /501 NotImplemented: SelectObjectContent/);
  const byFault = await report(unknown({ window: 'silence', kind: 'http-error' }));
  t.strictSame(byFault.tool.notImplemented, [], 'a fault that says so is not of the tool');
});

test('what an injector in another process could not tell stands against a letter', async (t) => {
  const entries = journalOf(rotatingApp);
  const reading = { t: 1_000, type: 'injector.reading' as const, instance: 'a', offsetMs: -5_000, behind: 0 };
  const close = await report([...entries.slice(0, -1), { ...reading, errorMs: 0.4 }, ...entries.slice(-1)]);
  const { letter, score, tool } = await report(entries);
  t.match(close, { letter, score, tool }, 'a clock that is known changes nothing');
  const vague = await report([...entries.slice(0, -1), { ...reading, errorMs: 900 }, ...entries.slice(-1)]);
  t.match(vague, { letter: null, tool: { verdict: 'inconclusive', summary: /known to 900 ms only/ } });
  const lost = { t: 60_000, type: 'exchanges.lost' as const };
  for (const [exchanges, told] of [
    [7, /7 S3 requests could not be told/],
    [null, /1 S3 request could not be told/],
  ] as const) {
    const gap = await report([...entries.slice(0, -1), { ...lost, exchanges }, ...entries.slice(-1)]);
    t.match(gap, { letter: null, inconclusive: [{ id: 'tool-health' }], tool: { summary: told } });
  }
});
