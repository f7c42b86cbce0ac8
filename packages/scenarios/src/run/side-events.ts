import { describeAction } from '../core/planning/describe-action.ts';
import type { Plan, PlannedAction, PlannedEvent } from '../core/plan.ts';
import type { TargetBlow } from '../ports/target.ts';
import type { ExperimentPorts } from './experiment-ports.ts';

/** Makes happen, on time, what the plan has beside S3's own failures, and journals it. */
export interface SideEvents {
  /** Begins now, so many milliseconds after the load began. */
  begin(sinceLoadMs: number): void;
  /** Ends what lasts: thaws, lets replication go on. Safe to call at any time and more than once. */
  end(): void;
}

interface Done {
  /** What is in the way, or null. */
  readonly problem: string | null;
  readonly undo: () => void;
}

const BLOWS: Readonly<Partial<Record<PlannedAction['do'], TargetBlow>>> = {
  'kill-target': 'kill',
  'stop-target': 'terminate',
  'freeze-target': 'freeze',
  'resume-target': 'resume',
  'restart-target': 'restart',
};

export function createSideEvents(
  plan: Plan,
  ports: Pick<ExperimentPorts, 'clock' | 'originMs' | 'journal' | 'target' | 'pauseReplication'>,
): SideEvents {
  const { clock, journal, target } = ports;
  const timers: (() => void)[] = [];
  const open = new Map<string, () => void>();
  const elapsed = (): number => Math.round(clock.now() - ports.originMs);

  const act = (action: PlannedAction): Done => {
    const nothing = { problem: null, undo: () => {} };
    switch (action.do) {
      case 'status-page':
      case 'alarm':
        return nothing;
      case 'pause-replication': {
        const resume = ports.pauseReplication(action.regions);
        return resume === null
          ? { problem: "its S3 is not Gameday's own", undo: () => {} }
          : { problem: null, undo: resume };
      }
      case 'freeze-target':
        return {
          problem: target.strike('freeze', action.replica),
          undo: () => void target.strike('resume', action.replica),
        };
      case 'kill-target':
      case 'stop-target':
      case 'resume-target':
      case 'restart-target':
        return { ...nothing, problem: target.strike(BLOWS[action.do] ?? 'resume', action.replica) };
      default:
        return action satisfies never;
    }
  };
  const start = (event: PlannedEvent): void => {
    const { problem, undo } = act(event.action);
    const what = sentence(event);
    const told = problem === null ? what : `Not done, as ${problem}: ${what}`;
    journal.write({ t: elapsed(), type: 'event.started', event: event.id, what: told, done: problem === null });
    if (event.endMs !== null && problem === null) open.set(event.id, undo);
  };
  const close = (id: string): void => {
    const undo = open.get(id);
    if (undo === undefined) return;
    open.delete(id);
    undo();
    journal.write({ t: elapsed(), type: 'event.ended', event: id });
  };
  return {
    begin(sinceLoadMs) {
      for (const event of plan.events ?? []) {
        timers.push(clock.schedule(Math.max(0, event.startMs - sinceLoadMs), () => start(event)));
        const { endMs } = event;
        if (endMs !== null) timers.push(clock.schedule(Math.max(0, endMs - sinceLoadMs), () => close(event.id)));
      }
    },
    end() {
      for (const cancel of timers.splice(0)) cancel();
      for (const id of open.keys()) close(id);
    },
  };
}

/** Without its times, which stand in the journal already. */
function sentence(event: PlannedEvent): string {
  const text = describeAction({ ...event, endMs: null }, () => '').replace(/^At\s+/, '');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
