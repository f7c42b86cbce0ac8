import type { TemplateTarget } from './template-body.ts';

/** One thing that FIS does, on the run's clock: an action of a template before it has its place there. */
export interface FisItem {
  /** Words that name it in its template; a number is put behind them: `cut-s3`. */
  readonly name: string;
  /** The region in which its experiment runs. */
  readonly region: string;
  /** Milliseconds since the incident began; whole steps of the grid. Both are the same for what has no length. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly actionId: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Where the action takes no `duration` of its own length. */
  readonly instant?: true;
  /** The name that the action gives its target, and the target's name in the template. */
  readonly target: { readonly key: string; readonly name: string; readonly target: TemplateTarget } | null;
  /** What it does to S3, for the report: the region that goes away or is slow; null where it is about something else. */
  readonly s3: { readonly region: string; readonly delayMs: number | null } | null;
}

/** What became of one thing that the scenario says. */
export interface FisLine {
  /** Which: `blackout/1-silent`, `guardrails`. */
  readonly about: string;
  /** `kept`: FIS does it. `substituted`: it does something like it. `left-out`: it cannot. `here`: Gameday does it. */
  readonly verdict: 'kept' | 'substituted' | 'left-out' | 'here';
  readonly text: string;
}

/** Stretches of equal value, in steps of the grid, without those where the value is null. */
export function stretches<Value>(
  endMs: number,
  gridMs: number,
  valueAt: (midMs: number) => Value | null,
): { readonly fromMs: number; readonly toMs: number; readonly value: Value }[] {
  const found: { fromMs: number; toMs: number; value: Value }[] = [];
  for (let fromMs = 0; fromMs < endMs; fromMs += gridMs) {
    const value = valueAt(fromMs + Math.min(gridMs, endMs - fromMs) / 2);
    if (value === null) continue;
    const last = found.at(-1);
    if (last !== undefined && last.toMs === fromMs && last.value === value) last.toMs = fromMs + gridMs;
    else found.push({ fromMs, toMs: fromMs + gridMs, value });
  }
  return found;
}
