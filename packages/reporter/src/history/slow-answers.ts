import type { EntryOf } from '../journal/entry.ts';
import { Latencies } from '../statistics/latencies.ts';
import type { ToolFold } from './tool.ts';

type Dependent = 'read' | 'write';

/** Faster answers cost no points, so they need no excuse. */
const SLOW_MS = 1_000;
/** Watched at most four hours of a phase, so that memory stays flat. */
const SECONDS_MAX = 14_400;

/** The slow answers of a phase by the second in which they came: some of them may be slow by Gameday's own fault. */
export class SlowAnswers {
  readonly #seconds = new Map<number, Partial<Record<Dependent, Latencies>>>();

  add({ class: cls, outcome, intended, ended }: EntryOf<'work.request'>, patienceMs: number): void {
    if (cls === 'control' || outcome === 'hang' || outcome === 'unsent') return;
    const latency = ended - intended;
    if (latency <= Math.min(SLOW_MS, patienceMs / 2)) return;
    const second = Math.floor(ended / 1000);
    const known = this.#seconds.get(second) ?? {};
    if (this.#seconds.size >= SECONDS_MAX && !this.#seconds.has(second)) return;
    const latencies = known[cls] ?? new Latencies();
    latencies.record(latency);
    this.#seconds.set(second, { ...known, [cls]: latencies });
  }

  /** Those that came while Gameday stood still. */
  excused(cls: Dependent, tool: ToolFold): Latencies {
    const all = new Latencies();
    for (const [second, known] of this.#seconds) {
      const latencies = known[cls];
      if (latencies !== undefined && tool.isStalled(second * 1000, second * 1000)) all.add(latencies);
    }
    return all;
  }
}
