import { XMLValidator } from 'fast-xml-parser';
import { test } from 'tap';
import { exampleReport } from '../../test/example-report.ts';
import { calmReport, emptyReport, hostileReport, idleReport } from '../../test/report-variants.ts';
import { renderAnnotations } from './annotations.ts';
import { renderBadge } from './badge.ts';
import { renderCsv } from './csv.ts';
import { renderOtlp, unixNano } from './otlp.ts';
import { renderPrometheus } from './prometheus.ts';

const variants = [exampleReport, emptyReport, idleReport, calmReport, hostileReport];

test('CSV: one line a bucket, every line as wide as the head', (t) => {
  const [head = '', ...lines] = renderCsv(exampleReport).trimEnd().split('\r\n');
  t.equal(lines.length, exampleReport.series.points.length);
  t.match(head, 'from_ms,to_ms,incident_clock,phase,app_read_due,app_read_good');
  t.ok(lines.every((line) => line.split(',').length === head.split(',').length));
  t.equal(renderCsv(emptyReport).split('\r\n').length, 2);
  const [point] = exampleReport.series.points;
  const nasty = point === undefined ? [] : [{ ...point, phase: '=HYPERLINK("x"),\n1' }];
  t.match(renderCsv({ ...exampleReport, series: { bucketMs: 1, points: nasty } }), `"'=HYPERLINK(""x""), 1"`);
  t.end();
});

test('badge: well-formed, the letter in words too', (t) => {
  for (const report of variants) t.equal(XMLValidator.validate(renderBadge(report)), true);
  t.match(renderBadge(exampleReport), 'aria-label="S3 outage: F 48/100"');
  t.match(renderBadge(emptyReport), 'no grade');
  t.end();
});

test('Prometheus: every line is a comment or a sample', (t) => {
  for (const report of variants) {
    for (const line of renderPrometheus(report).trimEnd().split('\n')) {
      t.match(
        line,
        /^(?:# (?:HELP|TYPE) gameday_[a-z_]+ .+|gameday_[a-z_]+\{(?:[a-z]+="(?:[^"\\\n]|\\.)*",?)*\} -?[\d.]+(?:e[-+]\d+)?)$/,
      );
    }
  }
  const text = renderPrometheus(exampleReport);
  t.match(text, 'gameday_score{target="Photo gallery",scenario="s3-us-east-1-outage"} 48.3');
  t.match(text, /gameday_writes\{.*fate="lost"\} 3/);
  t.match(text, /gameday_pattern_shown\{.*pattern="circuit-breaker"\} 1/);
  t.notMatch(text, 'hedging', 'what nobody can tell is no sample');
  t.notMatch(renderPrometheus(emptyReport), 'gameday_score{', 'and no score is no zero');
  t.end();
});

test('OTLP: a metrics request with the same figures, at the time of the run', (t) => {
  const parsed: unknown = JSON.parse(renderOtlp(exampleReport));
  t.match(parsed, {
    resourceMetrics: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'Photo gallery' } }] },
        scopeMetrics: [
          {
            metrics: [
              {
                name: 'gameday.score',
                gauge: { dataPoints: [{ asDouble: 48.3, startTimeUnixNano: '1777890030000000000' }] },
              },
            ],
          },
        ],
      },
    ],
  });
  for (const iso of [
    '2026-05-04T10:20:30.000Z',
    '2000-02-29T23:59:59Z',
    '1999-12-31T00:00:00.5Z',
    '2024-03-01T00:30:00+02:00',
  ]) {
    t.equal(unixNano(iso, 0), `${Date.parse(iso)}000000`, iso);
  }
  t.equal(unixNano('yesterday', 5), '0');
  for (const report of variants) t.doesNotThrow(() => JSON.parse(renderOtlp(report)));
  t.end();
});

test('GitHub annotations: one command a line, nothing that could begin another', (t) => {
  for (const report of variants) {
    const lines = renderAnnotations(report).trimEnd().split('\n');
    t.ok(lines.length <= 10);
    for (const line of lines) t.match(line, /^::(?:error|warning|notice) title=[^:,]+::[^\r\n]+$/);
  }
  t.match(renderAnnotations(exampleReport), /^::error title=Gameday%3A grade F::Photo gallery went down/);
  t.match(renderAnnotations(calmReport), /^::notice /);
  t.match(renderAnnotations(emptyReport), /^::warning title=Gameday%3A no grade::/);
  t.end();
});
