import type { StepClass } from '../../journal/plan-record.ts';
import type { Report } from '../../report/report.ts';
import { type Markup, markup } from '../escape.ts';
import { formatLatency, formatRunTime, NONE } from '../format.ts';
import { dataTable } from '../html/elements.ts';
import { classesOf, type Column, type S3Class, tallyApp, tallyS3, toColumns } from './columns.ts';

const ROWS_MAX = 60;

/** A column of a table: its head, and what it says of a stretch of time. */
interface Reading {
  readonly title: string;
  readonly tell: (column: Column) => string;
}

/** The success chart as a table, for those who do not see it and those who want to copy. */
export function successTable(report: Report): Markup {
  const classes = classesOf(report);
  const s3Classes = (['read', 'write', 'delete'] as const).filter(
    (cls) => tallyS3(report.series.points, cls).requests > 0,
  );
  return readingsTable(
    report,
    'Good of due requests of users, hangs among the rest; well answered of all S3 requests.',
    [...s3Classes.map(s3Reading), ...classes.map(appReading), ...classes.map(hangsReading)],
  );
}

function s3Reading(cls: S3Class): Reading {
  const tell = (column: Column): string => {
    const { requests, failed } = tallyS3(column.points, cls);
    return requests === 0 ? NONE : `${requests - failed} / ${requests}`;
  };
  return { title: `S3 ${cls}`, tell };
}

function appReading(cls: StepClass): Reading {
  const tell = (column: Column): string => {
    const { good, due } = tallyApp(column.points, cls);
    return due === 0 ? NONE : `${good} / ${due}`;
  };
  return { title: `App ${cls}`, tell };
}

function hangsReading(cls: StepClass): Reading {
  return { title: `${cls} hangs`, tell: (column) => String(tallyApp(column.points, cls).hangs) };
}

/** The latency chart as a table. */
export function latencyTable(report: Report): Markup {
  const readings = classesOf(report).flatMap((cls) =>
    (['p50Ms', 'p95Ms'] as const).map((percentile) => ({
      title: `${cls} ${percentile.slice(0, 3)}`,
      tell: (column: Column) => formatLatency(tallyApp(column.points, cls)[percentile], report.patienceMs),
    })),
  );
  return readingsTable(
    report,
    'Latency from the intended send time. Where buckets are joined: the median of medians, the highest p95.',
    readings,
  );
}

function readingsTable({ series }: Report, caption: string, readings: readonly Reading[]): Markup {
  const table = dataTable({
    caption,
    columns: [
      { title: 'Clock' },
      { title: 'Run' },
      ...readings.map(({ title }) => ({ title, numeric: true as const })),
    ],
    rows: toColumns(series, ROWS_MAX).map((column) =>
      [column.clock, formatRunTime(column.fromMs)].concat(readings.map(({ tell }) => tell(column))),
    ),
  });
  return markup`<details><summary>The figures of this chart</summary>${table}</details>\n`;
}
