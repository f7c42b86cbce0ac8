import type { Clock } from '@gameday/injector';
import { effectOf, type EffectContext } from '../core/action-effect.ts';
import { timelineFrom, type ActiveWindows } from '../core/active-windows.ts';
import {
  experimentStep,
  isOver,
  newExperimentRun,
  nextMomentMs,
  type MachineEvent,
} from '../core/experiment-machine.ts';
import { parseIsoDuration } from '../core/iso-duration.ts';
import type { ObservedExchange } from '../core/local-guardrail.ts';
import type { TemplateAction } from '../core/template-body.ts';
import type { Actuator } from './actuator.ts';
import type { Alarms } from './alarms.ts';
import type { ExperimentRecord } from './records.ts';
import { resolveTargets } from './resolve-targets.ts';
import { StopConditions } from './stop-conditions.ts';

export interface ExperimentParts {
  readonly clock: Clock;
  readonly actuator: Actuator;
  readonly alarms: Alarms;
  readonly fileExists: (path: string) => boolean;
  readonly phaseWindows: EffectContext['phaseWindows'];
  /** Told of each change of an experiment's state, with its new status. */
  readonly onChange?: (record: ExperimentRecord) => void;
}

/** How long an action lasts by its parameters, in milliseconds; 0 for what has no length. */
const durationOf = ({ parameters }: TemplateAction): number => parseIsoDuration(parameters?.['duration'] ?? '') ?? 0;

const startAfterOf = ({ startAfter = [] }: TemplateAction): readonly string[] => startAfter;

/** A record's run, before anything has happened. */
export const runOf = ({ body }: Pick<ExperimentRecord, 'body'>): ExperimentRecord['run'] =>
  newExperimentRun(
    Object.fromEntries(
      Object.entries(body.actions).map(([name, action]) => [
        name,
        { startAfter: startAfterOf(action), durationMs: durationOf(action) },
      ]),
    ),
  );

/** Carries experiments out: the decisions are `core/experiment-machine.ts`'s, here they meet clock and injector. */
export class Experiments {
  readonly #parts: ExperimentParts;
  readonly #stops: StopConditions;
  /** What each running action has in force, by experiment and action, in the order of their beginning. */
  readonly #windows = new Map<string, ActiveWindows>();
  readonly #resumes = new Map<string, Promise<() => Promise<void>>>();
  readonly #timers = new Map<string, () => void>();
  #played: Promise<void> = Promise.resolve();

  constructor(parts: ExperimentParts) {
    this.#parts = parts;
    this.#stops = new StopConditions(parts, (record, reason) => this.#dispatch(record, { kind: 'stop', reason }));
  }

  /** Begins an experiment; resolves when its targets are known, before its first action runs. */
  async start(record: ExperimentRecord): Promise<void> {
    const { body, region } = record;
    const buckets = Object.values(body.targets ?? {}).some(({ resourceType }) => resourceType === 'aws:s3:bucket')
      ? await this.#parts.actuator.buckets()
      : [];
    record.resolved = resolveTargets(body, region, buckets);
    const found = new Set(record.resolved.map(({ targetName }) => targetName));
    const empty = Object.entries(body.actions).filter(([, { targets = {} }]) =>
      Object.values(targets).some((target) => !found.has(target)),
    );
    if (empty.length > 0 && body.experimentOptions?.emptyTargetResolutionMode !== 'skip') {
      const target = Object.values(empty[0]?.[1].targets ?? {}).find((name) => !found.has(name)) ?? '';
      this.#dispatch(record, { kind: 'unresolved', reason: `Target resolution returned empty set: ${target}` });
      return;
    }
    if (record.actionsMode === 'skip-all') {
      this.#dispatch(record, { kind: 'previewed' });
      return;
    }
    this.#dispatch(record, { kind: 'resolved', skip: empty.map(([name]) => name) });
    this.#stops.watch(record);
  }

  stop(record: ExperimentRecord, reason: string): void {
    this.#dispatch(record, { kind: 'stop', reason });
  }

  cancel(record: ExperimentRecord, reason: string): void {
    this.#dispatch(record, { kind: 'cancelled', reason });
  }

  /** Feeds the guardrails. */
  observe(event: ObservedExchange): void {
    this.#stops.observe(event);
  }

  /** Stops looking at the clock and heals. */
  async close(): Promise<void> {
    for (const cancel of this.#timers.values()) cancel();
    this.#stops.close();
    this.#windows.clear();
    await Promise.allSettled([...this.#resumes.values()].map(async (paused) => (await paused)()));
    await this.#play();
  }

  #dispatch(record: ExperimentRecord, event: MachineEvent): void {
    const { clock, onChange } = this.#parts;
    const before = record.run;
    const [next, commands] = experimentStep(before, event, clock.now());
    record.run = next;
    for (const { kind, action } of commands)
      void (kind === 'begin' ? this.#begin(record, action) : this.#end(record, action));
    this.#timers.get(record.id)?.();
    this.#timers.delete(record.id);
    if (isOver(next.status)) this.#stops.forget(record);
    else {
      const moment = nextMomentMs(next);
      if (moment !== null) {
        const wait = Math.max(0, moment - clock.now());
        this.#timers.set(
          record.id,
          clock.schedule(wait, () => this.#dispatch(record, { kind: 'time' })),
        );
      }
    }
    if (next !== before) onChange?.(record);
  }

  async #begin(record: ExperimentRecord, name: string): Promise<void> {
    try {
      await this.#apply(record, name);
      this.#dispatch(record, { kind: 'action-running', action: name });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#dispatch(record, { kind: 'action-failed', action: name, reason: reason.slice(0, 400) });
    }
  }

  async #apply(record: ExperimentRecord, name: string): Promise<void> {
    const { actuator, alarms, clock, phaseWindows } = this.#parts;
    const action = record.body.actions[name];
    if (action === undefined) throw new Error(`there is no action ${name}`);
    const key = `${record.id}/${name}`;
    const resources = Object.entries(action.targets ?? {}).map(([targetKey, target]) => [
      targetKey,
      record.resolved.filter(({ targetName }) => targetName === target).map(({ arn }) => arn),
    ]);
    const effect = effectOf(action, {
      id: key,
      region: record.region,
      served: actuator.regions,
      durationMs: durationOf(action),
      resources: Object.fromEntries(resources),
      phaseWindows,
    });
    // The answer to whoever started this goes out first: AWS does not act within the call either.
    await Promise.resolve();
    switch (effect.kind) {
      case 'nothing':
        return;
      case 'impossible':
        throw new Error(effect.why);
      case 'windows':
        this.#windows.set(key, { beganMs: clock.now(), windows: effect.windows });
        await this.#play();
        return;
      case 'pause-replication':
        this.#resumes.set(key, actuator.pauseReplication(effect.scopes));
        await this.#resumes.get(key);
        return;
      case 'assert-alarms': {
        const other = effect.arns.find((arn) => !effect.states.includes(alarms.stateOf(arn)));
        if (other !== undefined) throw new Error(`${other} is in state ${alarms.stateOf(other)}`);
        return;
      }
      default:
        effect satisfies never;
    }
  }

  async #end(record: ExperimentRecord, name: string): Promise<void> {
    const key = `${record.id}/${name}`;
    try {
      const paused = this.#resumes.get(key);
      this.#resumes.delete(key);
      await (
        await paused
      )?.();
      if (this.#windows.delete(key)) await this.#play();
      this.#dispatch(record, { kind: 'action-ended', action: name });
    } catch (error) {
      this.#dispatch(record, { kind: 'action-failed', action: name, reason: String(error) });
    }
  }

  /** Puts in force what is left; one after the other, so that the last word is the newest. */
  #play(): Promise<void> {
    const { actuator, clock } = this.#parts;
    const played = this.#played
      .catch(() => {})
      .then(() => actuator.play(timelineFrom(this.#windows.values(), clock.now())));
    this.#played = played.catch(() => {});
    return played;
  }
}
