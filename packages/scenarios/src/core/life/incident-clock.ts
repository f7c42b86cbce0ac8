import { formatIncidentTime } from '../words/incident-time.ts';
import type { IncidentClock, PlannedPhase } from '../plan.ts';

type Placed = Pick<PlannedPhase, 'startMs' | 'endMs' | 'incidentFromMin' | 'incidentToMin'>;

/** Slower than this, minutes of the incident pass too seldom to be looked at. */
const SPEED_OF_MINUTES = 60;

/**
 * `12:26 PST` on the incident's clock, for a moment of a phase; null outside of the incident. In whole minutes, or in
 * seconds where the clock is slow.
 */
export function incidentMoment(clock: IncidentClock, phase: Placed, loadMs: number): string | null {
  if (phase.incidentFromMin === null || phase.incidentToMin === null) return null;
  const share = Math.min(1, Math.max(0, (loadMs - phase.startMs) / (phase.endMs - phase.startMs)));
  const minute = phase.incidentFromMin + share * (phase.incidentToMin - phase.incidentFromMin);
  const parts = clock.speed < SPEED_OF_MINUTES ? 60 : 1;
  return `${formatIncidentTime(clock, Math.floor(minute * parts) / parts)} ${clock.zone}`.trimEnd();
}
