import { minutesSinceZero, type IncidentTime } from '../words/incident-time.ts';
import type { Path } from '../source/input-error.ts';
import { sayMinutes, type Span } from './phase-times.ts';
import type { PlannedAction } from '../plan.ts';
import type { EventEntry, NoteEntry } from './scenario-event.ts';
import type { ScenarioEvent, ScenarioNote } from './scenario-phase.ts';
import type { Finding } from '../source/yaml-document.ts';

const ONE_SECOND = 1 / 60;

/** What has a moment within a phase, on the incident's clock; and the moments that lie outside of it. */
export interface PhaseMoments {
  readonly notes: readonly ScenarioNote[];
  readonly events: readonly ScenarioEvent[];
  readonly findings: readonly Finding[];
}

/** @param zero of the incident as a minute of its day; null where the scenario has no clock */
export function phaseMoments(
  phase: { readonly notes: readonly NoteEntry[]; readonly events: readonly EventEntry[] },
  span: Span,
  zero: number | null,
  path: Path,
): PhaseMoments {
  const findings: Finding[] = [];
  const complain = (at: Path, message: string, hint: string | null = null): void => {
    findings.push({ path: [...path, ...at], message, hint });
  };
  const within = (minutes: number, at: Path): number => {
    if (minutes < span.fromMin - ONE_SECOND / 2 || minutes > span.toMin + ONE_SECOND / 2) {
      const phaseSpan = `${sayMinutes(zero, span.fromMin)} to ${sayMinutes(zero, span.toMin)}`;
      complain(at, `${sayMinutes(zero, minutes)} lies outside of its phase, ${phaseSpan}`);
    }
    return minutes;
  };
  const moment = (time: IncidentTime, at: Path): number => {
    if (time.kind === 'clock' && zero === null) {
      complain(at, 'the scenario has no clock', 'write T+3m, or give it a clock with a zero');
      return span.fromMin;
    }
    return within(minutesSinceZero(time, zero ?? 0, span.fromMin), at);
  };
  const notes = phase.notes.map((note, index): ScenarioNote => {
    if (typeof note === 'string') return { atMin: null, text: note };
    return { atMin: moment(note.at, ['notes', index, 'at']), text: note.text };
  });
  const events = phase.events.map((event, index): ScenarioEvent => {
    const at: Path = ['events', index];
    const begins = 'from' in event ? 'from' : 'at';
    const time = 'from' in event ? event.from : 'at' in event ? event.at : undefined;
    if (time !== undefined && event.after !== undefined) {
      complain([...at, 'after'], `says when it begins, but "${begins}" says so already`, 'keep one of the two');
    }
    const fromMin =
      time === undefined
        ? within(span.fromMin + (event.after ?? 0) / 60_000, [...at, 'after'])
        : moment(time, [...at, begins]);
    return {
      fromMin,
      toMin: eventEnd(event, fromMin, span, at, { complain, moment, within }),
      action: actionOf(event),
    };
  });
  return { notes, events, findings };
}

interface Reading {
  complain(at: Path, message: string, hint?: string): void;
  moment(time: IncidentTime, at: Path): number;
  within(minutes: number, at: Path): number;
}

function eventEnd(event: EventEntry, fromMin: number, span: Span, at: Path, read: Reading): number | null {
  if (event.do !== 'pause-replication' && event.do !== 'freeze-target') return null;
  const { to, for: lengthMs } = event;
  if (to !== undefined && lengthMs !== undefined) {
    read.complain([...at, 'for'], 'says its length, but "to" says its end already', 'keep one of the two');
  }
  if (lengthMs !== undefined) return read.within(fromMin + lengthMs / 60_000, [...at, 'for']);
  if (to === undefined) return span.toMin;
  const toMin = read.moment(to, [...at, 'to']);
  if (toMin <= fromMin) read.complain([...at, 'to'], 'is not after its beginning');
  return toMin;
}

function actionOf(event: EventEntry): PlannedAction {
  switch (event.do) {
    case 'status-page':
      return { do: event.do, state: event.state, text: event.text ?? null };
    case 'alarm':
      return { do: event.do, name: event.name, text: event.text ?? null };
    case 'pause-replication':
      return { do: event.do, regions: event.regions };
    case 'kill-target':
    case 'stop-target':
    case 'freeze-target':
    case 'resume-target':
    case 'restart-target':
      return { do: event.do, replica: event.replica ?? null };
    default:
      return event satisfies never;
  }
}
