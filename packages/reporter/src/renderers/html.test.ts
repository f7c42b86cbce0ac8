import { assert, property, string } from 'fast-check';
import { test } from 'tap';
import { readPage } from '../../test/page-check.ts';
import {
  calmReport,
  emptyReport,
  hostileLinksReport,
  hostileReport,
  idleReport,
  longReport,
} from '../../test/report-variants.ts';
import { exampleReport } from '../../test/example-report.ts';
import type { Report } from '../report/report.ts';
import { columnsOf, tallyApp } from './charts/columns.ts';
import { areaPath, linePath } from './charts/steps.ts';
import { escapeHtml, link, markup } from './escape.ts';
import { DARK, LIGHT } from './html/palette.ts';
import { rerunCommand } from './html/provenance.ts';
import { renderHtml } from './html.ts';

const variants: readonly (readonly [name: string, report: Report])[] = [
  ['a bad day', exampleReport],
  ['nothing measured', emptyReport],
  ['nothing due', idleReport],
  ['no incident', calmReport],
  ['an hour', longReport],
  ['hostile', hostileReport],
  ['hostile links', hostileLinksReport],
];

void test('every page is well-formed, self-contained and the same each time', async (t) => {
  const plain = readPage(renderHtml(exampleReport));
  for (const [name, report] of variants) {
    await t.test(name, (each) => {
      const html = renderHtml(report);
      const page = readPage(html);
      each.same(page.faults, []);
      each.same(
        page.ids.filter((id, index) => page.ids.indexOf(id) !== index),
        [],
        'ids are unique',
      );
      each.same(
        page.references.filter((id) => !page.ids.includes(id)),
        [],
        'nothing points to an id that is not there',
      );
      each.same(
        [...page.tags].filter((tag) => !plain.tags.has(tag) && !['h2'].includes(tag)),
        [],
        'no foreign tags',
      );
      each.same(
        [...page.attributes].filter((attribute) => !plain.attributes.has(attribute)),
        [],
        'no foreign attributes',
      );
      each.same(
        page.links.filter((url) => !/^https?:/.test(url)),
        [],
        'links lead to the web only',
      );
      each.same(html.match(/<script|<link|<iframe|<object|@import|url\((?!#)/i), null);
      each.same(html.match(/NaN|undefined|Infinity|\[object/), null);
      each.equal(html, renderHtml(structuredClone(report)), 'pure');
      each.ok(html.length < 500_000, `${html.length} bytes`);
      each.end();
    });
  }
});

void test('hostile text cannot run, hide or break the file', (t) => {
  const html = renderHtml(hostileReport);
  t.match(html, '&lt;script&gt;alert(1)&lt;/script&gt;', 'it is shown, as text');
  t.same(html.match(/(?![\t\n\r])\p{Cc}|\u202E|\p{Surrogate}/u), null);
  t.match(html, /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline';/);
  t.match(rerunCommand(hostileReport), /^chaos run '">/, 'and a shell would take it for a word');
  t.end();
});

void test('the page answers the questions of a reader', (t) => {
  const html = renderHtml(exampleReport);
  const { text } = readPage(html);
  t.match(html, /role="img" aria-label="Grade F, 48.3 of 100"/);
  for (const cause of exampleReport.topCauses) {
    t.ok(text.replaceAll('\u00A0', ' ').includes(cause.sentence), cause.id);
    t.ok(text.includes(cause.remedy.pattern), cause.remedy.pattern);
  }
  t.match(text, '20 of 100 points, and no letter better than F');
  t.match(text, '40 of 336 due', 'reads of the graded phases of the incident');
  t.match(text, 'Only 3 S3 requests met a fault here', 'why a phase is not graded');
  t.match(text, '1 of 3 planned faults never struck');
  t.match(text, '\u2265 10 s', 'censored latencies say so');
  t.match(text, 'chaos run s3-us-east-1-outage --seed 1f6c9a --speed 257 --set readsRampMinutes=52 --gate C');
  for (const { title, formula } of exampleReport.dimensions)
    t.ok(text.includes(title) && text.includes(formula), title);
  for (const label of ['09:37', '11:37', '13:54', '12:00']) t.match(html, new RegExp(`<text[^>]*>${label}</text>`));
  t.end();
});

void test('a run without a letter says why, and draws nothing that was not measured', (t) => {
  const { text, tags } = readPage(renderHtml(emptyReport));
  t.match(text, 'Photo gallery: no grade. The app did not start');
  t.match(text, 'Only 0 reads and writes were due in the baseline.');
  t.match(text, 'Nothing was measured, so there is nothing to draw.');
  t.match(text, 'The app acknowledged no write of the ledger.');
  t.match(text, '1 entry, 2 malformed, 3 of an unknown type, the last line cut short');
  t.notOk(tags.has('desc'), 'no chart');
  t.match(readPage(renderHtml(calmReport)).text, 'With the default ones: B, 84.5 points.');
  t.end();
});

void test('markup escapes whatever is not markup', (t) => {
  assert(
    property(string({ unit: 'binary' }), (text) => {
      const page = readPage(markup`<p title="${text}">${[text, markup`<b>${text}</b>`, null, 7]}</p>`.toString());
      return page.faults.length === 0 && page.tags.size === 2 && page.attributes.size === 1;
    }),
  );
  t.equal(escapeHtml(`<a href="x" o='y'>&`), '&lt;a href=&quot;x&quot; o=&#39;y&#39;&gt;&amp;');
  t.equal(link('data:text/html,x', 'x').toString(), '<span>x</span>');
  t.equal(
    link('https://a.example/?a=1&b="', 'x').toString(),
    '<a href="https://a.example/?a=1&amp;b=&quot;" rel="noreferrer">x</a>',
  );
  t.end();
});

void test('a stepped curve stops where nothing was measured', (t) => {
  const steps = [
    { x0: 0, x1: 10, y0: 100, y1: 50 },
    { x0: 10, x1: 20, y0: 100, y1: 50 },
    { x0: 30, x1: 40, y0: 100, y1: 0 },
  ];
  t.equal(linePath(steps), 'M0,50L20,50L20,50M30,0L40,0L40,0');
  t.match(areaPath(steps), /^M0,50.*ZM30,0.*Z$/);
  t.equal(linePath([]), '');
  t.end();
});

void test('a low rate is drawn without stripes, and no column lies in two phases', (t) => {
  const points = exampleReport.series.points.map((point, index) =>
    Object.assign({}, point, {
      app: { ...point.app, control: { ...point.app.control, due: index % 4 === 0 ? 1 : 0 } },
    }),
  );
  const series = { bucketMs: 500, points };
  const columns = columnsOf(series, 'control', 240);
  t.same(
    columns.filter((column) => tallyApp(column.points, 'control').due === 0),
    [],
  );
  t.same(
    columns.filter((column) => new Set(column.points.map(({ phase }) => phase)).size > 1),
    [],
  );
  t.same(
    columns.flatMap((column) => column.points),
    points,
    'no bucket is dropped',
  );
  t.equal(columnsOf(series, 'read', 240).length, 190, 'a high rate keeps its buckets');
  t.end();
});

void test('colours reach WCAG AA in both themes', (t) => {
  for (const [theme, palette] of Object.entries({ LIGHT, DARK })) {
    for (const text of ['ink', 'muted', 'link', 'pass', 'fail', 'unsure'] as const) {
      for (const ground of ['ground', 'surface'] as const) {
        t.ok(contrast(palette[text], palette[ground]) >= 4.5, `${theme} ${text} on ${ground}`);
      }
    }
    for (const ground of ['band', 'band-alt'] as const) {
      t.ok(contrast(palette.ink, palette[ground]) >= 4.5, `${theme} ink on ${ground}`);
      t.ok(contrast(palette.muted, palette[ground]) >= 4.5, `${theme} muted on ${ground}`);
      t.ok(contrast(palette.fail, palette[ground]) >= 3, `${theme} patience on ${ground}`);
    }
    t.ok(contrast(palette.good, palette.ground) >= 3, `${theme} line of the app`);
    t.ok(contrast(palette.s3, palette.ground) >= 3, `${theme} line of S3`);
    t.ok(contrast(palette.hang, palette['hang-fill']) >= 3, `${theme} hatching of hangs`);
  }
  t.end();
});

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
