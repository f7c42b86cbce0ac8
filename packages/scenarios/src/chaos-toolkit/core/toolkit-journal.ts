import type { Entry, EntryOf } from '@gameday/reporter/journal';

type Json = Readonly<Record<string, unknown>>;

/** How Chaos Toolkit would say that a run ended. */
const STATUS: Readonly<Record<EntryOf<'run.ended'>['reason'], string>> = {
  completed: 'completed',
  interrupted: 'interrupted',
  guardrail: 'aborted',
  'steady-state-failed': 'failed',
  'target-failed': 'failed',
  'tool-error': 'failed',
};

/**
 * A run as a journal.json of Chaos Toolkit: the hypothesis before and after, an activity for each fault, a rollback for
 * each healing. Gameday's own journal knows more.
 * @param toIso what a moment, in milliseconds since 1970, is in ISO 8601
 * @returns null for entries that do not begin with a run
 */
export function toolkitJournal(
  entries: readonly Entry[],
  startedMs: number,
  toIso: (epochMs: number) => string,
): Json | null {
  const first = entries.find((entry) => entry.type === 'run.started');
  if (first === undefined) return null;
  const at = (t: number): string => toIso(startedMs + t);
  const last = entries.at(-1);
  const ended = entries.find((entry) => entry.type === 'run.ended');
  const endMs = ended?.t ?? last?.t ?? 0;
  const { scenario, windows } = first.plan;
  const status = ended === undefined ? 'interrupted' : STATUS[ended.reason];
  const checks = entries.filter((entry) => entry.type === 'hypothesis.checked');
  const before = checks.find(({ when }) => when === 'before');
  const after = checks.find(({ when }) => when === 'after');
  const steady = (check: EntryOf<'hypothesis.checked'> | undefined): Json | null =>
    check === undefined
      ? null
      : {
          steady_state_met: check.held,
          probes: [activity(probe(check.when), check.detail, check.held, at(check.t), at(check.t), 0)],
        };
  const run = windows.flatMap(({ id, sentence }) => {
    const began = entries.find((entry) => entry.type === 'fault.started' && entry.window === id);
    const over = entries.find(
      (entry): entry is EntryOf<'fault.ended'> => entry.type === 'fault.ended' && entry.window === id,
    );
    if (began === undefined) return [];
    const untilMs = over?.t ?? endMs;
    const output = { struck: over?.fired ?? null };
    return [activity(action(id, sentence), output, true, at(began.t), at(untilMs), untilMs - began.t)];
  });
  const changes = entries.filter((entry) => entry.type === 'event.started');
  return {
    'chaoslib-version': `gameday ${first.tool.gameday}`,
    platform: first.tool.platform,
    node: first.plan.target.name,
    experiment: {
      version: '1.0.0',
      title: scenario.title,
      description: scenario.summary,
      'steady-state-hypothesis': { title: scenario.lesson, probes: [probe('before'), probe('after')] },
      method: windows.map(({ id, sentence }) => action(id, sentence)),
      rollbacks: [],
    },
    start: at(first.t),
    status,
    deviated: checks.some(({ when, held }) => when !== 'before' && !held),
    steady_states: {
      before: steady(before),
      after: steady(after),
      during: checks.filter(({ when }) => when === 'during').map((check) => steady(check)),
    },
    run: [
      ...run,
      ...changes.map(({ t, event, what, done }) => activity(action(event, what), null, done, at(t), at(t), 0)),
    ],
    rollbacks: [],
    end: at(endMs),
    duration: endMs / 1_000,
  };
}

const provider = { type: 'process', path: 'chaos' };
const action = (name: string, title: string): Json => ({ type: 'action', name: `${name}: ${title}`, provider });
const probe = (when: string): Json => ({ type: 'probe', name: `steady state ${when}`, tolerance: true, provider });

const activity = (what: Json, output: unknown, succeeded: boolean, start: string, end: string, ms: number): Json => ({
  activity: what,
  output,
  status: succeeded ? 'succeeded' : 'failed',
  start,
  end,
  duration: ms / 1_000,
});
