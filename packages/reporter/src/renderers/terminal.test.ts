import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { test } from 'tap';
import { exampleReport } from '../../test/example-report.ts';
import { calmReport, emptyReport, hostileReport, idleReport } from '../../test/report-variants.ts';
import type { Report } from '../report/report.ts';
import {
  firstSentence,
  formatBytes,
  formatCount,
  formatDuration,
  formatLatency,
  formatPercent,
  formatTimestamp,
  shellWord,
} from './format.ts';
import { renderTerminal } from './terminal.ts';
import { fit } from './terminal/layout.ts';

const wide: Report = {
  ...exampleReport,
  target: { ...exampleReport.target, name: '写真ギャラリー' },
  phases: exampleReport.phases.map((phase) =>
    Object.assign({}, phase, { title: '停電と復旧の長い長い長い長い長い名前' }),
  ),
};

void test('no line is wider than the terminal, whatever the report', (t) => {
  for (const report of [exampleReport, calmReport, emptyReport, idleReport, hostileReport, wide]) {
    for (let width = 60; width <= 120; width += 5) {
      const lines = renderTerminal(report, { width, color: true }).split('\n');
      t.same(
        lines.filter((line) => stringWidth(line) > width),
        [],
        `${width} columns`,
      );
    }
  }
  t.end();
});

void test('it says what a person wants to know, in about forty lines', (t) => {
  const text = renderTerminal(exampleReport, { width: 80, color: false });
  const flat = text.replaceAll(/\s+/g, ' ');
  t.match(flat, '[ F ] Photo gallery in Amazon S3 in us-east-1, 28 February 2017 Fail, 48.3 of 100');
  t.match(flat, exampleReport.headline);
  for (const cause of exampleReport.topCauses)
    t.ok(flat.includes(cause.sentence) && flat.includes(cause.remedy.pattern));
  t.match(flat, '(cost: 20 of 100 points, and no letter better than F)');
  t.match(text, /09:37 Blackout +11\.9 % +\u2265 10 s +7\.1 % +\u2265 10 s +100 % +6 ms +319$/m);
  t.match(text, /11:37 Reads are back.*\* /, 'a phase that is not graded is marked');
  t.match(flat, '143 acknowledged: 138 found, 3 lost, 2 could not be read back.');
  t.match(flat, 'Cap: Any lost or corrupted acknowledged write: F. Any mix of weights');
  t.match(flat, '1 planned fault of 3 never struck.');
  t.match(
    renderTerminal(exampleReport, { width: 120, color: false }),
    /Blackout +11\.9 % +\u2265 10 s +236 /,
    'hangs per class',
  );
  t.ok(text.split('\n').length <= 45);
  t.match(flat, 'Goals 0 of 1 objective met. 99.9 % of reads good: 39.2 %');
  t.match(flat, 'Showed circuit breaker. Lacked region failover.');
  t.end();
});

void test('a run without a letter tells every reason once', (t) => {
  const text = renderTerminal(emptyReport, { width: 100, color: false });
  t.match(text, '[ ? ]');
  t.match(text, 'Inconclusive, no score');
  t.equal(text.split('The app did not start, or ended by itself.').length, 2);
  t.match(text, 'Only 0 reads and writes were due in the baseline.');
  t.match(text, /Tool +Inconclusive: The tool was never measured\./);
  t.end();
});

void test('colour only when told, and never from the report', (t) => {
  const plain = renderTerminal(exampleReport, { width: 80, color: false });
  const coloured = renderTerminal(exampleReport, { width: 80, color: true });
  t.notOk(plain.includes('\u001B'));
  t.ok(coloured.includes('\u001B[31m'));
  t.equal(stripVTControlCharacters(coloured), plain);
  const hostile = renderTerminal(hostileReport, { width: 80, color: false });
  t.same(hostile.match(/(?!\n)\p{Cc}|\u202E|\p{Surrogate}/u), null);
  t.equal(
    renderTerminal(exampleReport, { width: 10, color: false }),
    renderTerminal(exampleReport, { width: 60, color: false }),
  );
  t.equal(
    renderTerminal(exampleReport, { width: 500, color: false }),
    renderTerminal(exampleReport, { width: 120, color: false }),
  );
  t.end();
});

void test('figures are short and never flatter', (t) => {
  t.same([0, 0.0001, 0.5, 0.99996, 1, Number.NaN].map(formatPercent), [
    '0 %',
    '<0.1 %',
    '50.0 %',
    '>99.9 %',
    '100 %',
    '\u2013',
  ]);
  t.same([0, 0.42, 9.94, 9.96, 999.4, 999.6, 59_940, 59_960, 125_000, -4].map(formatDuration), [
    '0 ms',
    '0.4 ms',
    '9.9 ms',
    '10 ms',
    '999 ms',
    '1 s',
    '59.9 s',
    '1 min',
    '2 min 5 s',
    '\u22124 ms',
  ]);
  t.same(
    [9_999, 10_000, 31_000, null].map((ms) => formatLatency(ms, 10_000)),
    ['10 s', '\u2265 10 s', '\u2265 10 s', '\u2013'],
  );
  t.same([0, 999, 1_234_567].map(formatCount), ['0', '999', '1,234,567']);
  t.same([0, 1_023, 1_171_456].map(formatBytes), ['0 B', '1023 B', '1.1 MiB']);
  t.same(['2026-05-04T10:20:30.000Z', 'soon'].map(formatTimestamp), ['2026-05-04 10:20 UTC', 'soon']);
  t.same(['a-b=1', "it's", ''].map(shellWord), ['a-b=1', `'it'\\''s'`, `''`]);
  t.equal(firstSentence('Set maxAttempts to 3. Then wait.'), 'Set maxAttempts to 3.');
  t.equal(firstSentence('Keep 99.9 % of them, at e.g. two.'), 'Keep 99.9 % of them, at e.g. two.');
  t.same([fit('abc', 5), fit('abcdef', 4), fit('停電停電', 5)], ['abc  ', 'abc\u2026', '停電\u2026']);
  t.end();
});
