import type { EntryOf } from '../journal/entry.ts';
import type { PhaseRecord, PlanRecord } from '../journal/plan-record.ts';

/** A planned phase and when it really ran, in milliseconds since the run began. */
export interface PhaseSpan {
  readonly record: PhaseRecord;
  /** Null where it never began. */
  readonly start: number | null;
  /** Null where it never ended. */
  readonly end: number | null;
}

/** A planned fault window and what it did. */
export interface WindowSpan {
  readonly record: PlanRecord['windows'][number];
  readonly start: number | null;
  readonly end: number | null;
  /** Exchanges that it struck, as the injector counted; null where the window never ended. */
  readonly fired: number | null;
  /** It strikes what cannot be counted, and a connection of Gameday's own met it. */
  readonly proved: boolean;
}

/** Follows phases and windows through the journal, and says which phase a moment belongs to. */
export class PhaseTracker {
  readonly #phases: PhaseSpan[];
  readonly #windows: WindowSpan[];

  constructor(plan: PlanRecord) {
    this.#phases = plan.phases.map((record) => ({ record, start: null, end: null }));
    this.#windows = plan.windows.map((record) => ({ record, start: null, end: null, fired: null, proved: false }));
  }

  get phases(): readonly PhaseSpan[] {
    return this.#phases;
  }

  get windows(): readonly WindowSpan[] {
    return this.#windows;
  }

  add(entry: EntryOf<'phase.started' | 'phase.ended' | 'fault.started' | 'fault.ended'>): void {
    switch (entry.type) {
      case 'phase.started':
      case 'phase.ended': {
        const index = this.#phases.findIndex((phase) => phase.record.id === entry.phase);
        const phase = this.#phases[index];
        if (phase === undefined) return;
        this.#phases[index] =
          entry.type === 'phase.started' ? { ...phase, start: entry.t } : { ...phase, end: entry.t };
        return;
      }
      case 'fault.started':
      case 'fault.ended': {
        const index = this.#windows.findIndex((window) => window.record.id === entry.window);
        const window = this.#windows[index];
        if (window === undefined) return;
        this.#windows[index] =
          entry.type === 'fault.started'
            ? { ...window, start: entry.t }
            : { ...window, end: entry.t, fired: Math.max(0, entry.fired), proved: entry.uncounted === 'proved' };
      }
    }
  }

  /** When the load began: the run's clock at zero of the plan's. Null before the first phase. */
  get loadStart(): number | null {
    const first = this.#phases.find((phase) => phase.start !== null);
    return first === undefined || first.start === null ? null : first.start - first.record.startMs;
  }

  /**
   * The index of the phase that a moment belongs to: the last one that began at or before it. -1 before the first phase
   * and after the last one ended: start-up and audit are nobody's experience.
   */
  phaseAt(t: number): number {
    for (let index = this.#phases.length - 1; index >= 0; index -= 1) {
      const phase = this.#phases[index];
      if (phase === undefined || phase.start === null || phase.start > t) continue;
      const over = index === this.#phases.length - 1 && phase.end !== null && t >= phase.end;
      return over ? -1 : index;
    }
    return -1;
  }
}
