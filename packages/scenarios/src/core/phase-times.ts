import { z } from 'zod';
import { BASELINE_ID, RECOVERY_ID } from './phase-ids.ts';
import { formatClock, formatOffset, incidentTimeSchema, minutesSinceZero, parseClock } from './incident-time.ts';
import type { Finding } from './yaml-document.ts';

/** A phase longer than this by the clock is a slip of the pen; a real one is written with T+. */
const CLOCK_SPAN_MIN_MAX = 720;
const ONE_SECOND = 1 / 60;
/** The phases that every run has before and after the scenario's own. */
const TAKEN_IDS: ReadonlySet<string> = new Set([BASELINE_ID, RECOVERY_ID]);

export interface PhaseTimes {
  readonly spans: readonly { readonly fromMin: number; readonly toMin: number }[];
  readonly findings: readonly Finding[];
}

const outlineSchema = z.object({
  clock: z.object({ zero: z.string() }).optional(),
  phases: z.array(z.object({ id: z.string(), from: incidentTimeSchema, to: incidentTimeSchema })),
});

/**
 * The phases in minutes since zero, and what is wrong with their order: gaps, overlaps, an end before its beginning.
 * Looks at nothing but the times, so that it can speak although other parts of the file are wrong; silent where the
 * times themselves are.
 */
export function phaseTimes(data: unknown): PhaseTimes {
  const outline = outlineSchema.safeParse(data);
  if (!outline.success) return { spans: [], findings: [] };
  const { clock, phases } = outline.data;
  const zero = clock === undefined ? null : parseClock(clock.zero);
  const say = (minutes: number): string =>
    zero === null ? formatOffset(Math.max(0, minutes)) : formatClock(zero, minutes);
  const findings: Finding[] = [];
  const spans: { fromMin: number; toMin: number }[] = [];
  const seen = new Set<string>();
  let endMin = 0;
  for (const [index, phase] of phases.entries()) {
    const complain = (field: 'id' | 'from' | 'to', message: string, hint: string | null = null): void => {
      findings.push({ path: ['phases', index, field], message, hint });
    };
    if (seen.has(phase.id)) complain('id', `another phase is named "${phase.id}" already`);
    if (TAKEN_IDS.has(phase.id)) complain('id', `every run has a phase "${phase.id}" of its own`, 'name it otherwise');
    seen.add(phase.id);
    for (const field of ['from', 'to'] as const) {
      if (phase[field].kind === 'clock' && zero === null) {
        complain(field, 'the scenario has no clock', 'write T+3m, or give it a clock with a zero');
      }
    }
    const fromMin = minutesSinceZero(phase.from, zero ?? 0, endMin);
    if (Math.abs(fromMin - endMin) > ONE_SECOND / 2) {
      const previous = phases[index - 1];
      if (previous === undefined) complain('from', `the first phase begins at zero, ${say(0)}, not at ${say(fromMin)}`);
      else complain('from', `must be ${say(endMin)}, where ${previous.id} ends: phases leave no gap and never overlap`);
    }
    const toMin = minutesSinceZero(phase.to, zero ?? 0, endMin + ONE_SECOND);
    if (toMin <= endMin) complain('to', `${say(toMin)} is not after its beginning, ${say(endMin)}`);
    else if (phase.to.kind === 'clock' && toMin - endMin > CLOCK_SPAN_MIN_MAX) {
      complain('to', `by the clock this phase ends before it begins`, 'for one of more than 12 hours write T+...');
    }
    spans.push({ fromMin: endMin, toMin });
    endMin = Math.max(endMin, toMin);
  }
  return { spans, findings };
}
