import * as fc from 'fast-check';
import { test } from 'tap';
import { experimentStart, experimentStep, type Command, type ExperimentEvent } from './experiment.ts';
import type { PlannedPhase } from '../plan.ts';

fc.configureGlobal({ seed: 20_170_228 });

const phase = (id: string, stage: PlannedPhase['stage'], startMs: number): PlannedPhase => ({
  id,
  title: id,
  stage,
  startMs,
  endMs: startMs + 1_000,
  incidentFromMin: null,
  incidentToMin: null,
  notes: [],
});

const phases = [
  phase('baseline', 'baseline', 0),
  phase('cliff', 'incident', 1_000),
  phase('blackout', 'incident', 2_000),
  phase('recovery', 'recovery', 3_000),
];

/** Every command that a sequence of events leads to, in order, as short words. */
function play(events: readonly ExperimentEvent[], cooldownMs = 0): string[] {
  let state = experimentStart(phases, cooldownMs);
  const commands: Command[] = [];
  for (const event of events) {
    const [next, more] = experimentStep(state, event);
    state = next;
    commands.push(...more);
  }
  return commands.map((command) => {
    if (command.kind === 'enter-phase' || command.kind === 'leave-phase') return `${command.kind} ${command.phase.id}`;
    return command.kind === 'end' ? `end ${command.reason}` : command.kind;
  });
}

const ready: ExperimentEvent = { kind: 'target-ready' };
const over: ExperimentEvent = { kind: 'phase-over' };
const held: ExperimentEvent = { kind: 'steady-state', held: true, detail: '' };

test('a run that nothing disturbs', async (t) => {
  t.strictSame(play([ready, over, held, over, over, over, { kind: 'load-drained' }, { kind: 'audited' }]), [
    'begin-load',
    'enter-phase baseline',
    'leave-phase baseline',
    'judge-steady-state',
    'inject',
    'enter-phase cliff',
    'leave-phase cliff',
    'enter-phase blackout',
    'leave-phase blackout',
    'heal',
    'enter-phase recovery',
    'leave-phase recovery',
    'end-load',
    'audit',
    'end completed',
  ]);
});

test('queues may drain before the audit', async (t) => {
  const untilDrained = [ready, over, held, over, over, over, { kind: 'load-drained' }] as const;
  t.equal(play(untilDrained, 5_000).at(-1), 'cool-down');
  t.equal(play([...untilDrained, { kind: 'cooled-down' }], 5_000).at(-1), 'audit');
});

test('an app that is broken before the outage is never broken by us', async (t) => {
  const commands = play([ready, over, { kind: 'steady-state', held: false, detail: 'list: 0 of 3 good' }]);
  t.notMatch(commands, ['inject']);
  t.equal(commands.includes('inject'), false);
  t.equal(commands.at(-1), 'end steady-state-failed');
});

test('a target that dies before the outage ends the run; one that dies in it is the finding', async (t) => {
  const died: ExperimentEvent = { kind: 'target-exited', detail: 'exit code 1' };
  t.equal(play([died]).at(-1), 'end target-failed');
  t.equal(play([ready, died]).at(-1), 'end target-failed');
  t.equal(play([ready, over, held, died]).at(-1), 'enter-phase cliff');
});

const anyEvent: fc.Arbitrary<ExperimentEvent> = fc.oneof(
  fc.constantFrom<ExperimentEvent>(
    ready,
    over,
    held,
    { kind: 'load-drained' },
    { kind: 'audited' },
    { kind: 'cooled-down' },
  ),
  fc.constantFrom<ExperimentEvent>(
    { kind: 'steady-state', held: false, detail: '' },
    { kind: 'target-exited', detail: '' },
    { kind: 'interrupted', detail: '' },
    { kind: 'guardrail', guardrail: 'run time', detail: '' },
    { kind: 'tool-failed', detail: '' },
  ),
);

test('whatever happens: healed before the end, one end, and no fault without a steady state', async (t) => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
      const commands = play(events, events.length % 2);
      const inject = commands.indexOf('inject');
      const end = commands.findIndex((command) => command.startsWith('end '));
      if (inject >= 0 && end >= 0 && !commands.slice(inject, end).includes('heal')) return false;
      if (inject >= 0 && commands.indexOf('judge-steady-state') > inject) return false;
      return end < 0 || commands.length === end + 1;
    }),
  );
  t.pass('held for every sequence tried');
});
