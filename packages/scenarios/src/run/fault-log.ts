import type { Timeline } from '@gameday/injector';
import { lateTimeline, lateWindow } from '../core/life/late-timeline.ts';
import type { ExperimentPorts } from './experiment-ports.ts';

/** Begins and ends the faults of a run and journals each window's life with how often it struck. */
export interface FaultLog {
  /**
   * Begins the timeline now, so many milliseconds after the load began. On a machine that stood still that may be late:
   * the windows keep to their times, as the phases do, and one that is over already begins and ends at once.
   */
  begin(sinceLoadMs: number): void;
  /** Heals everything. Safe to call at any time and more than once. */
  end(): void;
  /** Resolves when every window that is over stands in the journal. */
  settled(): Promise<void>;
}

export function createFaultLog(
  timeline: Timeline,
  ports: Pick<ExperimentPorts, 'clock' | 'originMs' | 'journal' | 'nemesis'>,
): FaultLog {
  const { clock, journal, nemesis } = ports;
  const open = new Set<string>();
  const toBegin = new Map<string, { readonly dueMs: number; readonly started: () => void }>();
  const timers: (() => void)[] = [];
  const closing: Promise<void>[] = [];
  const elapsed = (): number => Math.round(clock.now() - ports.originMs);
  const close = (id: string): void => {
    if (!open.delete(id)) return;
    closing.push(tell(id, elapsed()));
  };
  const tell = async (id: string, t: number): Promise<void> => {
    const { fired, uncounted } = await nemesis.account();
    const proved = uncounted.get(id);
    journal.write({
      t,
      type: 'fault.ended',
      window: id,
      fired: fired.get(id) ?? 0,
      ...(proved === undefined ? {} : { uncounted: proved ? 'proved' : 'unproved' }),
    });
  };
  return {
    begin(sinceLoadMs) {
      const beganMs = clock.now();
      nemesis.start(lateTimeline({ windows: timeline.windows }, sinceLoadMs));
      for (const window of timeline.windows) {
        const { id, startMs, endMs } = lateWindow(window, sinceLoadMs);
        const started = (): void => {
          toBegin.delete(id);
          open.add(id);
          journal.write({ t: elapsed(), type: 'fault.started', window: id });
        };
        toBegin.set(id, { dueMs: beganMs + startMs, started });
        // Each by the same clock, however long the nemesis and the entries before took.
        const lateMs = clock.now() - beganMs;
        timers.push(
          clock.schedule(startMs - lateMs, started),
          clock.schedule(endMs - lateMs, () => close(id)),
        );
      }
    },
    end() {
      nemesis.heal();
      for (const cancel of timers.splice(0)) cancel();
      // On a machine that stood still the end may be told of before what came before it.
      for (const { dueMs, started } of toBegin.values()) if (dueMs <= clock.now()) started();
      toBegin.clear();
      for (const id of open) close(id);
    },
    async settled() {
      await Promise.all(closing);
    },
  };
}
