import { z } from 'zod';
import { durationSchema } from '../words/duration.ts';
import { formatClock, formatOffset, incidentTimeSchema, minutesSinceZero, parseClock } from '../words/incident-time.ts';
import type { Path } from '../source/input-error.ts';
import { BASELINE_ID, RECOVERY_ID } from './phase-ids.ts';
import type { Finding } from '../source/yaml-document.ts';

/** A phase longer than this by the clock is a slip of the pen; a real one is written with T+. */
const CLOCK_SPAN_MIN_MAX = 720;
const ONE_SECOND = 1 / 60;
/** The phases that every run has before and after the scenario's own. */
const TAKEN_IDS: ReadonlySet<string> = new Set([BASELINE_ID, RECOVERY_ID]);

/** Minutes since the incident's zero. */
export interface Span {
  readonly fromMin: number;
  readonly toMin: number;
}

export interface PhaseTimes {
  readonly spans: readonly Span[];
  /** Of each track's stretches. */
  readonly trackSpans: readonly (readonly Span[])[];
  readonly findings: readonly Finding[];
}

const stretchOutline = z.object({
  id: z.string(),
  from: incidentTimeSchema.optional(),
  to: incidentTimeSchema.optional(),
  for: durationSchema.optional(),
});
const outlineSchema = z.object({
  clock: z.object({ zero: z.string() }).optional(),
  phases: z.array(stretchOutline),
  tracks: z.array(z.object({ phases: z.array(stretchOutline) })).default([]),
});
type Stretch = z.output<typeof stretchOutline>;

/** `gapless` for the phases of a run; a track may leave gaps, but ends with the incident. */
interface Rules {
  readonly zero: number | null;
  readonly gapless: boolean;
  readonly endMin: number;
}

/**
 * Phases and tracks in minutes since zero, and what is wrong with their order: gaps, overlaps, an end before its
 * beginning. Looks at nothing but the times, so that it can speak although other parts of the file are wrong; silent
 * where the times themselves are.
 */
export function phaseTimes(data: unknown): PhaseTimes {
  const outline = outlineSchema.safeParse(data);
  if (!outline.success) return { spans: [], trackSpans: [], findings: [] };
  const { clock, phases, tracks } = outline.data;
  const zero = clock === undefined ? null : parseClock(clock.zero);
  const main = spansOf(phases, ['phases'], { zero, gapless: true, endMin: Infinity });
  const endMin = main.spans.at(-1)?.toMin ?? 0;
  const beside = tracks.map((track, index) =>
    spansOf(track.phases, ['tracks', index, 'phases'], { zero, gapless: false, endMin }),
  );
  return {
    spans: main.spans,
    trackSpans: beside.map(({ spans }) => spans),
    findings: [main, ...beside].flatMap(({ findings }) => findings),
  };
}

/** A moment as the scenario's readers know it. */
export function sayMinutes(zero: number | null, minutes: number): string {
  return zero === null ? formatOffset(Math.max(0, minutes)) : formatClock(zero, minutes);
}

function spansOf(stretches: readonly Stretch[], at: Path, rules: Rules): { spans: Span[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const spans: Span[] = [];
  const seen = new Set<string>();
  let endMin = 0;
  for (const [index, stretch] of stretches.entries()) {
    const complain = (field: 'id' | 'from' | 'to' | 'for', message: string, hint: string | null = null): void => {
      findings.push({ path: [...at, index, field], message, hint });
    };
    if (seen.has(stretch.id)) complain('id', `another phase is named "${stretch.id}" already`);
    if (rules.gapless && TAKEN_IDS.has(stretch.id)) {
      complain('id', `every run has a phase "${stretch.id}" of its own`, 'name it otherwise');
    }
    seen.add(stretch.id);
    const fromMin = beginning(stretch, endMin, stretches[index - 1]?.id, rules, complain);
    const toMin = ending(stretch, fromMin, rules, complain);
    spans.push({ fromMin, toMin });
    endMin = Math.max(endMin, toMin);
  }
  return { spans, findings };
}

type Complain = (field: 'from' | 'to' | 'for', message: string, hint?: string) => void;

/** Where the one before ends, unless it says otherwise, which only a track may mean. */
function beginning(
  stretch: Stretch,
  endMin: number,
  previous: string | undefined,
  { zero, gapless }: Rules,
  complain: Complain,
): number {
  const { from } = stretch;
  if (from === undefined) return endMin;
  if (from.kind === 'clock' && zero === null) {
    complain('from', 'the scenario has no clock', 'write T+3m, or give it a clock with a zero');
  }
  const fromMin = minutesSinceZero(from, zero ?? 0, endMin);
  const say = (minutes: number): string => sayMinutes(zero, minutes);
  if (Math.abs(fromMin - endMin) <= ONE_SECOND / 2) return endMin;
  if (!gapless && fromMin > endMin) return fromMin;
  if (previous === undefined) complain('from', `the first phase begins at zero, ${say(0)}, not at ${say(fromMin)}`);
  else complain('from', `must be ${say(endMin)}, where ${previous} ends: phases leave no gap and never overlap`);
  return endMin;
}

function ending(stretch: Stretch, fromMin: number, { zero, endMin }: Rules, complain: Complain): number {
  const { to, for: lengthMs } = stretch;
  const say = (minutes: number): string => sayMinutes(zero, minutes);
  if (to !== undefined && lengthMs !== undefined) {
    complain('for', 'says its length, but "to" says its end already', 'keep one of the two');
  }
  if (to === undefined && lengthMs === undefined) {
    complain('to', 'is missing', 'say when it ends, to: "09:40" or T+3m, or how long it lasts, for: 3m');
    return fromMin;
  }
  if (to?.kind === 'clock' && zero === null) {
    complain('to', 'the scenario has no clock', 'write T+3m, or give it a clock with a zero');
  }
  const field = to === undefined ? 'for' : 'to';
  const toMin =
    to === undefined ? fromMin + (lengthMs ?? 0) / 60_000 : minutesSinceZero(to, zero ?? 0, fromMin + ONE_SECOND);
  if (toMin <= fromMin) complain(field, `${say(toMin)} is not after its beginning, ${say(fromMin)}`);
  else if (to?.kind === 'clock' && toMin - fromMin > CLOCK_SPAN_MIN_MAX) {
    complain('to', `by the clock this phase ends before it begins`, 'for one of more than 12 hours write T+...');
  } else if (toMin > endMin + ONE_SECOND / 2) {
    complain(field, `${say(toMin)} is after the incident's end, ${say(endMin)}`);
  }
  return toMin;
}
