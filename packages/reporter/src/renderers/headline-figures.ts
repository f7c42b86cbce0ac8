import type { Report } from '../report/report.ts';

/** A figure by which runs are compared, under a name that monitoring systems take. */
export interface HeadlineFigure {
  /** Snake case, the unit last. */
  readonly name: string;
  readonly help: string;
  /** UCUM, as OpenTelemetry asks for. */
  readonly unit: string;
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

type Samples = HeadlineFigure['samples'];

const one = (value: number | null): Samples => (value === null ? [] : [{ labels: {}, value }]);

/** Total over the graded phases of the incident per class. */
function availability({ table, phases }: Report): Samples {
  const ids = new Set(phases.filter(({ stage, graded }) => stage === 'incident' && graded).map(({ id }) => id));
  return (['read', 'write', 'control'] as const).flatMap((cls) => {
    const rows = table.filter((row) => row.class === cls && ids.has(row.phase));
    const due = rows.reduce((sum, row) => sum + row.due, 0);
    return due === 0 ? [] : [{ labels: { class: cls }, value: rows.reduce((sum, row) => sum + row.good, 0) / due }];
  });
}

/** Seconds until users of a class had service again for good; a class that never had is left out. */
function mitigation({ dimensions }: Report): Samples {
  const evidence = dimensions.find(({ id }) => id === 'failover')?.evidence ?? [];
  return (['read', 'write'] as const).flatMap((cls) => {
    const ms = evidence.find(({ name }) => name === `time to mitigate ${cls}s`)?.value ?? null;
    return ms === null ? [] : [{ labels: { class: cls }, value: ms / 1000 }];
  });
}

/** What a dashboard of many runs needs. Figures that the run could not measure are left out, never zero. */
export function headlineFigures(report: Report): readonly HeadlineFigure[] {
  const { score, dimensions, ledger, patterns, run, retries } = report;
  const recovered = dimensions
    .find(({ id }) => id === 'recovery')
    ?.evidence.find(({ name }) => name === 'time to baseline');
  return [
    { name: 'gameday_score', help: 'The whole grade, 0 to 100.', unit: '1', samples: one(score) },
    {
      name: 'gameday_graded',
      help: '1 where the run has a letter, 0 where it is inconclusive.',
      unit: '1',
      samples: [{ labels: { letter: report.letter ?? 'none' }, value: report.letter === null ? 0 : 1 }],
    },
    {
      name: 'gameday_dimension_score',
      help: 'Score of each dimension that could be graded, 0 to 100.',
      unit: '1',
      samples: dimensions.flatMap(({ id, score: points }) =>
        points === null ? [] : [{ labels: { dimension: id }, value: points }],
      ),
    },
    {
      name: 'gameday_availability_ratio',
      help: 'Good requests by due ones in the graded phases of the incident.',
      unit: '1',
      samples: availability(report),
    },
    {
      name: 'gameday_time_to_mitigate_seconds',
      help: 'From the first fault until success lasted.',
      unit: 's',
      samples: mitigation(report),
    },
    {
      name: 'gameday_time_to_recover_seconds',
      help: 'From the last heal until the app was at its baseline.',
      unit: 's',
      samples: one(recovered?.value === undefined || recovered.value === null ? null : recovered.value / 1000),
    },
    {
      name: 'gameday_writes',
      help: 'Acknowledged writes by what became of them.',
      unit: '{write}',
      samples: [
        { labels: { fate: 'ok' }, value: ledger.ok },
        { labels: { fate: 'lost' }, value: ledger.lost },
        { labels: { fate: 'corrupted' }, value: ledger.corrupted },
        { labels: { fate: 'duplicated' }, value: ledger.duplicated },
        { labels: { fate: 'resurrected' }, value: ledger.resurrected },
        { labels: { fate: 'unproven' }, value: ledger.unreadable + ledger.notAudited },
      ],
    },
    {
      name: 'gameday_surge_at_heal_ratio',
      help: 'S3 requests in the busiest second after the heal, by the baseline.',
      unit: '1',
      samples: one(retries.surgeAtHeal),
    },
    {
      name: 'gameday_pattern_shown',
      help: '1 for each resilience pattern that the app showed, 0 for each that it lacked.',
      unit: '1',
      samples: patterns.flatMap(({ id, state }) =>
        state === 'cannot-tell' ? [] : [{ labels: { pattern: id }, value: state === 'shown' ? 1 : 0 }],
      ),
    },
    {
      name: 'gameday_run_duration_seconds',
      help: 'How long the run took.',
      unit: 's',
      samples: one(run.durationMs / 1000),
    },
  ];
}
