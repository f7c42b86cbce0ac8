import { formatIncidentTime } from './incident-time.ts';
import type { IncidentClock, PlannedPhase } from './plan.ts';

/** `12:26 PST` on the incident's clock, for a moment of a phase; null outside of the incident. */
export function incidentMoment(clock: IncidentClock, phase: PlannedPhase, loadMs: number): string | null {
  if (phase.incidentFromMin === null || phase.incidentToMin === null) return null;
  const share = Math.min(1, Math.max(0, (loadMs - phase.startMs) / (phase.endMs - phase.startMs)));
  const minute = phase.incidentFromMin + share * (phase.incidentToMin - phase.incidentFromMin);
  return `${formatIncidentTime(clock, Math.floor(minute))} ${clock.zone}`.trimEnd();
}
