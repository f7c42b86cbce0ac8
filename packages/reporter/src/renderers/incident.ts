import type { StepClass } from '../journal/plan-record.ts';
import type { Point } from '../report/measurements.ts';
import type { Report } from '../report/report.ts';

export interface Served {
  readonly due: number;
  readonly good: number;
}

/** What users of a class got in the phases of the incident that are graded, as the headline counts it. */
export function servedInIncident(report: Report, cls: StepClass): Served {
  const ids = gradedIncident(report);
  const rows = report.table.filter((row) => row.class === cls && ids.has(row.phase));
  return {
    due: rows.reduce((total, row) => total + row.due, 0),
    good: rows.reduce((total, row) => total + row.good, 0),
  };
}

/** The points of the series that lie in those phases. */
export function pointsInIncident(report: Report): readonly Point[] {
  const ids = gradedIncident(report);
  return report.series.points.filter((point) => point.phase !== null && ids.has(point.phase));
}

function gradedIncident({ phases }: Report): ReadonlySet<string> {
  return new Set(phases.filter((phase) => phase.stage === 'incident' && phase.graded).map((phase) => phase.id));
}
