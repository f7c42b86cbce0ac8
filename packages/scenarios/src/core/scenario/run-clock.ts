import type { Span } from './phase-times.ts';
import type { Scenario } from './scenario.ts';

/** A stretch of the incident on the run's clock. Whole milliseconds since the load began. */
export interface Placed extends Span {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Where the incident's minutes come to lie on the run's clock: after the baseline, compressed by the speed, and without
 * the phases that the user left out.
 */
export interface RunClock {
  /** Each phase that is run. */
  readonly phases: readonly Placed[];
  /** What is left of a stretch: one piece, or several where a phase in its middle was left out, or none. */
  place(span: Span): Placed[];
}

export function createRunClock(scenario: Pick<Scenario, 'phases' | 'baselineMs'>, speed: number): RunClock {
  const kept: (Span & { readonly lostMin: number })[] = [];
  let lostMin = 0;
  let endMin = 0;
  for (const { fromMin, toMin } of scenario.phases) {
    lostMin += Math.max(0, fromMin - endMin);
    endMin = toMin;
    const last = kept.at(-1);
    if (last !== undefined && last.lostMin === lostMin) kept[kept.length - 1] = { ...last, toMin };
    else kept.push({ fromMin, toMin, lostMin });
  }
  const wallMs = (minute: number): number => scenario.baselineMs + Math.round((minute * 60_000) / speed);
  const place = (span: Span): Placed[] =>
    kept
      .map(({ fromMin, toMin, lostMin: lost }) => {
        const from = Math.max(fromMin, span.fromMin);
        const to = Math.min(toMin, span.toMin);
        return { fromMin: from, toMin: to, startMs: wallMs(from - lost), endMs: wallMs(to - lost) };
      })
      .filter((piece) => piece.toMin > piece.fromMin || (span.toMin === span.fromMin && piece.toMin === piece.fromMin));
  return {
    phases: scenario.phases.map((phase) => place(phase)[0] ?? { ...phase, startMs: 0, endMs: 0 }),
    place,
  };
}
