import type { PhaseSpan } from './history/phases.ts';
import type { PlanRecord } from './journal/plan-record.ts';
import type { Moment } from './report/basics.ts';

const MINUTES_A_DAY = 1440;

/** Tells moments of the run in the incident's own time. */
export interface Clock {
  /** `t`: milliseconds since the run began, as in the journal. */
  readonly moment: (t: number) => Moment;
  /** `ms`: milliseconds since the load began, as in the plan. */
  readonly planned: (ms: number) => Moment;
  /** "09:37" for minutes since the incident's zero. */
  readonly minute: (minutes: number) => string;
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** "T+16s", "T+3m20s": a drill has no clock of its own. */
function sinceZero(minutes: number): string {
  const all = Math.max(0, Math.floor(minutes * 60 + 1e-6));
  const [whole, rest] = [Math.floor(all / 60), all % 60];
  return `T+${whole === 0 ? '' : `${whole}m`}${rest === 0 && whole > 0 ? '' : `${rest}s`}`;
}

function minuteOfIncident(plan: PlanRecord, minutes: number): string {
  if (plan.clock.date === '') return sinceZero(minutes);
  const whole = Math.floor(plan.clock.zeroMinuteOfDay + minutes);
  const day = Math.floor(whole / MINUTES_A_DAY);
  const minute = whole - day * MINUTES_A_DAY;
  const time = `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`;
  if (day === 0) return time;
  return `${time} (${day > 0 ? '+' : ''}${day} d)`;
}

const seconds = (ms: number): string => `+${Math.max(0, Math.floor(ms / 1000))} s`;

/** A clock for a run whose phases are known. Phases that never began are told by their plan. */
export function makeClock(plan: PlanRecord, phases: readonly PhaseSpan[], loadStart: number | null): Clock {
  const zero = loadStart ?? 0;
  const spans = phases.map(({ record, start }) => ({
    record,
    startMs: start === null ? record.startMs : start - zero,
  }));

  const planned = (ms: number): Moment => {
    const atMs = Math.round(ms);
    const span = spans.findLast((candidate) => candidate.startMs <= atMs);
    if (span === undefined) return { atMs, clock: 'before the load' };
    const { record, startMs } = span;
    const length = record.endMs - record.startMs;
    const sinceStart = atMs - startMs;
    if (record.incidentFromMin === null || record.incidentToMin === null) {
      return { atMs, clock: `${record.stage} ${seconds(sinceStart)}` };
    }
    const share = length <= 0 ? 0 : Math.min(1, sinceStart / length);
    const minutes = record.incidentFromMin + share * (record.incidentToMin - record.incidentFromMin);
    return { atMs, clock: minuteOfIncident(plan, minutes) };
  };

  return {
    moment: (t) => planned(t - zero),
    planned,
    minute: (minutes) => minuteOfIncident(plan, minutes),
  };
}
