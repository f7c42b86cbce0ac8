import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { exampleReport } from '../../test/example-report.ts';
import { journalOf, naiveApp, rotatingApp, textOf } from '../../test/journal-builder.ts';
import { gateReport } from '../gate.ts';
import { reportSchema } from '../report/report.ts';
import { reportJsonSchema } from '../report/schema.ts';
import { reportFromJournal } from '../report-from-journal.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';

// Compiled, this file stands in dist/src/renderers.
const golden = (name: string): string => join(import.meta.dirname, '../../../test/golden', name);

const naive = await reportFromJournal([textOf(journalOf(naiveApp))]);
const lossy = await reportFromJournal([textOf(journalOf(rotatingApp, { lost: (entry) => entry === 'e-000104' }))]);
const interrupted = await reportFromJournal([textOf(journalOf(rotatingApp, { end: 'interrupted' }))]);

test('golden outputs: write them anew with GAMEDAY_GOLDEN=write, and read the difference', (t) => {
  for (const [name, text] of [
    ['naive.golden.md', renderMarkdown(gateReport(naive, 'C'))],
    ['lossy.golden.md', renderMarkdown(lossy)],
    ['interrupted.golden.md', renderMarkdown(interrupted)],
    ['naive.golden.xml', renderJunit(gateReport(naive, 'C'))],
    ['interrupted.golden.xml', renderJunit(interrupted)],
    [
      'naive.golden.json',
      renderJson({ ...naive, series: { ...naive.series, points: naive.series.points.slice(38, 42) } }),
    ],
  ] as const) {
    if (process.env['GAMEDAY_GOLDEN'] === 'write') writeFileSync(golden(name), text);
    t.equal(text, readFileSync(golden(name), 'utf8'), name);
  }
  t.end();
});

test('report.json holds the whole report, with the promised fields on top', (t) => {
  const parsed: unknown = JSON.parse(renderJson(naive));
  t.match(parsed, { letter: 'D', verdict: 'fail' });
  t.strictSame(reportSchema.parse(parsed), naive);
  t.strictSame(reportSchema.parse(exampleReport), exampleReport, 'the example that renderers are built on is a report');
  for (const { id, verdict, score, causes } of naive.dimensions) {
    t.ok(
      id !== '' && ['pass', 'fail', 'inconclusive'].includes(verdict) && Array.isArray(causes) && score !== undefined,
      id,
    );
  }
  t.end();
});

test('the published JSON Schema names what a program reads', (t) => {
  const schema = reportJsonSchema();
  t.match(schema, {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Gameday report',
    type: 'object',
    properties: { verdict: { enum: ['pass', 'fail', 'inconclusive'] }, dimensions: { type: 'array' } },
  });
  t.ok(
    Array.isArray(schema['required']) &&
      ['letter', 'verdict', 'dimensions'].every((name) => JSON.stringify(schema['required']).includes(`"${name}"`)),
  );
  t.strictSame(JSON.parse(JSON.stringify(schema)), schema, 'it is plain JSON');
  t.end();
});

test('JUnit: well-formed, one case a dimension and one for the grade; a failure names cause and remedy', (t) => {
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' });
  for (const report of [naive, lossy, interrupted, exampleReport]) {
    const xml = renderJunit(report);
    t.equal(XMLValidator.validate(xml), true);
    const suite: unknown = parser.parse(xml).testsuites.testsuite;
    t.match(suite, { testcase: [...report.dimensions.map(({ id }) => ({ name: id })), { name: 'grade' }] });
  }
  const suite = parser.parse(renderJunit(naive)).testsuites.testsuite;
  t.match(suite, { tests: '14', failures: '4', skipped: '5' });
  const latency: unknown = suite.testcase.find(({ name }: { readonly name: string }) => name === 'latency');
  t.match(latency, { failure: { '#text': /60 of 120 reads .* had no answer[\s\S]*Remedy \(Fail-fast timeouts\)/ } });
  t.match(parser.parse(renderJunit(interrupted)).testsuites.testsuite.testcase.at(-1), {
    name: 'grade',
    skipped: { message: /no grade\. The run was interrupted/ },
  });
  const passed = parser.parse(renderJunit(gateReport(naive, 'D'))).testsuites.testsuite.testcase.at(-1);
  t.strictSame(Object.keys(passed), ['classname', 'name', 'time'], 'the grade follows the gate');
  t.end();
});

test('Markdown: a heading, tables that hold together, nothing that runs or mentions', (t) => {
  const nasty = {
    ...naive,
    headline: 'a | b <img src=x onerror=alert(1)> @everyone https://evil.example [x](y)\nnext `code` # 1',
  };
  const text = renderMarkdown(nasty);
  const [, , headline] = text.split('\n');
  t.equal(
    headline,
    'a \\| b &lt;img src=x onerror=alert(1)&gt; &#64;everyone https:&#47;/evil.example \\[x\\](y) next \\`code\\` \\# 1',
  );
  for (const table of renderMarkdown(naive)
    .split('\n\n')
    .filter((part) => part.startsWith('|'))) {
    const widths = new Set(
      table
        .trim()
        .split('\n')
        .map((line) => line.split(/(?<!\\)\|/).length),
    );
    t.equal(widths.size, 1, table);
  }
  t.match(renderMarkdown(gateReport(naive, 'C')), '**Gate: ❌ fail.** The gate asks for C or better; the app got D.');
  t.end();
});
