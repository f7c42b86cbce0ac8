import type { Clock } from '@gameday/injector';
import { abortWatch, watch, type AbortWatch } from '../../core/watch/guardrail.ts';
import { isOver } from '../core/experiment-machine.ts';
import { parseGuardrail, watchedExchange, type ObservedExchange } from '../core/local-guardrail.ts';
import type { Alarms } from './alarms.ts';
import type { ExperimentRecord } from './records.ts';

export interface StopConditionParts {
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly fileExists: (path: string) => boolean;
}

interface Watched {
  readonly record: ExperimentRecord;
  readonly alarms: readonly string[];
  guardrails: readonly AbortWatch[];
  cancelLook: () => void;
}

const LOOK_EVERY_MS = 250;

/** Ends experiments whose stop condition is met: an alarm, a guardrail on what S3 answers, a file. */
export class StopConditions {
  readonly #parts: StopConditionParts;
  readonly #stop: (record: ExperimentRecord, reason: string) => void;
  readonly #watched = new Map<string, Watched>();

  constructor(parts: StopConditionParts, stop: (record: ExperimentRecord, reason: string) => void) {
    this.#parts = parts;
    this.#stop = stop;
    parts.alarms.onChange(({ arn, state }) => {
      if (state !== 'ALARM') return;
      for (const { record, alarms } of this.#watched.values()) if (alarms.includes(arn)) this.#halt(record, arn);
    });
  }

  watch(record: ExperimentRecord): void {
    if (isOver(record.run.status)) return;
    const of = (source: string): string[] =>
      record.body.stopConditions.flatMap((condition) => (condition.source === source ? [condition.value ?? ''] : []));
    const alarms = of('aws:cloudwatch:alarm');
    const guardrails = of('gameday:guardrail').flatMap((text) => {
      const rule = parseGuardrail(text);
      return rule === null ? [] : [abortWatch(rule)];
    });
    const files = of('gameday:stop-file');
    const watched: Watched = { record, alarms, guardrails, cancelLook: () => {} };
    this.#watched.set(record.id, watched);
    const ringing = alarms.find((arn) => this.#parts.alarms.stateOf(arn) === 'ALARM');
    if (ringing !== undefined) this.#halt(record, ringing);
    else if (files.length > 0) this.#look(watched, files);
  }

  observe(event: ObservedExchange): void {
    for (const watched of this.#watched.values()) {
      if (watched.guardrails.length === 0) continue;
      watched.guardrails = watched.guardrails.map((one) => watch(one, watchedExchange(event)));
      const tripped = watched.guardrails.find((one) => one.tripped !== null)?.tripped;
      if (tripped !== undefined && tripped !== null) this.#halt(watched.record, tripped);
    }
  }

  forget(record: ExperimentRecord): void {
    this.#watched.get(record.id)?.cancelLook();
    this.#watched.delete(record.id);
  }

  close(): void {
    for (const { record } of this.#watched.values()) this.forget(record);
  }

  #look(watched: Watched, files: readonly string[]): void {
    const found = files.find((file) => this.#parts.fileExists(file));
    if (found !== undefined) this.#halt(watched.record, `${found} exists`);
    else watched.cancelLook = this.#parts.clock.schedule(LOOK_EVERY_MS, () => this.#look(watched, files));
  }

  #halt(record: ExperimentRecord, why: string): void {
    this.#stop(record, `Experiment halted by stop condition: ${why}`);
  }
}
