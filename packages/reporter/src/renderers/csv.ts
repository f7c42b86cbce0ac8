import type { Report } from '../report/report.ts';
import { printable } from '../wording/printable.ts';

/** RFC 4180, and no cell that a spreadsheet would take for a formula. */
function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = printable(value).replaceAll(/[\r\n\t]+/g, ' ');
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const CLASSES = ['read', 'write', 'control'] as const;
const S3_CLASSES = ['read', 'write', 'delete'] as const;
const APP_FIELDS = ['due', 'good', 'hangs', 'p50Ms', 'p95Ms'] as const;
const S3_FIELDS = ['requests', 'failed', 'struck'] as const;

/** series.csv: one line a bucket of time, for a spreadsheet or a notebook. Times are milliseconds since the load began. */
export function renderCsv({ series }: Report): string {
  const head = [
    'from_ms',
    'to_ms',
    'incident_clock',
    'phase',
    ...CLASSES.flatMap((cls) => APP_FIELDS.map((field) => `app_${cls}_${field}`)),
    ...S3_CLASSES.flatMap((cls) => S3_FIELDS.map((field) => `s3_${cls}_${field}`)),
  ];
  const lines = series.points.map(({ at, phase, app, s3 }) =>
    [
      at.atMs,
      at.atMs + series.bucketMs,
      at.clock,
      phase,
      ...CLASSES.flatMap((cls) => APP_FIELDS.map((field) => app[cls][field])),
      ...S3_CLASSES.flatMap((cls) => S3_FIELDS.map((field) => s3[cls][field])),
    ]
      .map(cell)
      .join(','),
  );
  return `${[head.join(','), ...lines].join('\r\n')}\r\n`;
}
