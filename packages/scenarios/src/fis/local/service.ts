import type { Clock } from '@gameday/injector';
import { LOCAL_ACCOUNT } from '../core/arns.ts';
import { violationMessage, violations } from '../core/service-model.ts';
import type { OperationRow } from '../core/generated/service-model.ts';
import type { Actuator } from './actuator.ts';
import { Alarms } from './alarms.ts';
import { Experiments, type ExperimentParts } from './experiments.ts';
import { FisError } from './fis-error.ts';
import { newRegion, type ExperimentRecord, type RegionState } from './records.ts';

export type Input = Readonly<Record<string, unknown>>;
export type Output = Readonly<Record<string, unknown>>;

export interface LocalFisOptions {
  readonly actuator: Actuator;
  readonly clock: Clock;
  /** Milliseconds since 1970 when the clock stood at 0. */
  readonly epochMs: number;
  /** So many characters of a-z and 0-9, at random. */
  readonly randomId: (length: number) => string;
  readonly fileExists: (path: string) => boolean;
  readonly phaseWindows: ExperimentParts['phaseWindows'];
  readonly onChange?: (record: ExperimentRecord) => void;
}

/** What every operation works on. */
export interface ServiceContext {
  readonly state: RegionState;
  readonly account: string;
  readonly experiments: Experiments;
  readonly nowMs: () => number;
  readonly epochOf: (clockMs: number) => number;
  readonly newId: (prefix: string) => string;
}

export type Operation = (input: Input, context: ServiceContext) => Output | Promise<Output>;

/** FIS on this machine: the state of an account, and the operations on it. It has no sockets. */
export class LocalFis {
  readonly account = LOCAL_ACCOUNT;
  readonly alarms = new Alarms(LOCAL_ACCOUNT);
  readonly experiments: Experiments;
  readonly #options: LocalFisOptions;
  readonly #operations: Readonly<Record<string, Operation>>;
  readonly #regions = new Map<string, RegionState>();

  constructor(options: LocalFisOptions, operations: Readonly<Record<string, Operation>>) {
    this.#options = options;
    this.#operations = operations;
    const { actuator, clock, fileExists, phaseWindows, onChange } = options;
    const told = onChange === undefined ? {} : { onChange };
    this.experiments = new Experiments({ actuator, clock, alarms: this.alarms, fileExists, phaseWindows, ...told });
    actuator.onExchange((event) => this.experiments.observe(event));
  }

  /** Answers a request. @throws {FisError} where FIS would answer with an error */
  async call(operation: OperationRow, region: string, input: Input): Promise<Output> {
    const found = violations(operation.input, input);
    if (found.length > 0) throw new FisError('ValidationException', violationMessage(found));
    const handler = this.#operations[operation.name];
    if (handler === undefined) throw new FisError('UnknownOperationException', operation.name);
    return handler(input, this.#context(region));
  }

  #context(region: string): ServiceContext {
    const state = this.#regions.get(region) ?? newRegion(region);
    this.#regions.set(region, state);
    const { clock, epochMs, randomId } = this.#options;
    const epochOf = (clockMs: number): number => epochMs + clockMs;
    return {
      state,
      account: this.account,
      experiments: this.experiments,
      nowMs: () => epochOf(clock.now()),
      epochOf,
      newId: (prefix) => `${prefix}${randomId(14)}`,
    };
  }
}

/** A member that the service model has required and checked. */
export function text(input: Input, name: string): string {
  const value = input[name];
  return typeof value === 'string' ? value : '';
}

/**
 * The id that the same client token has made before with the same request; null where the token is new.
 * @throws {FisError} where it came with another request
 */
export function madeBefore({ tokens }: RegionState, operation: string, input: Input): string | null {
  const { clientToken, ...request } = input;
  if (typeof clientToken !== 'string') return null;
  const before = tokens.get(`${operation} ${clientToken}`);
  if (before === undefined) return null;
  if (before.request === JSON.stringify(request)) return before.id;
  throw new FisError('ConflictException', 'The client token has been used with another request.');
}

/** Remembers what a client token has made. */
export function made({ tokens }: RegionState, operation: string, input: Input, id: string): void {
  const { clientToken, ...request } = input;
  if (typeof clientToken === 'string') {
    tokens.set(`${operation} ${clientToken}`, { request: JSON.stringify(request), id });
  }
}
