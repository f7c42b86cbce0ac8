import { alarmArn } from '../core/arns.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface Alarm {
  readonly arn: string;
  readonly name: string;
  readonly region: string;
  readonly description: string;
  readonly state: AlarmState;
  readonly reason: string;
}

/** The alarms of a local CloudWatch: whoever watches something sets their state. */
export class Alarms {
  readonly #alarms = new Map<string, Alarm>();
  readonly #listeners = new Set<(alarm: Alarm) => void>();
  readonly #account: string;

  constructor(account: string) {
    this.#account = account;
  }

  put(region: string, name: string, description: string): void {
    const arn = alarmArn(region, this.#account, name);
    const { state = 'INSUFFICIENT_DATA', reason = 'Unchecked: Initial alarm creation' } = this.#alarms.get(arn) ?? {};
    this.#alarms.set(arn, { arn, name, region, description, state, reason });
  }

  /** False where there is no such alarm. */
  setState(region: string, name: string, state: AlarmState, reason: string): boolean {
    const known = this.#alarms.get(alarmArn(region, this.#account, name));
    if (known === undefined) return false;
    const next = { ...known, state, reason };
    this.#alarms.set(known.arn, next);
    for (const listener of this.#listeners) listener(next);
    return true;
  }

  delete(region: string, name: string): boolean {
    return this.#alarms.delete(alarmArn(region, this.#account, name));
  }

  /** What nobody has made has no data. */
  stateOf(arn: string): AlarmState {
    return this.#alarms.get(arn)?.state ?? 'INSUFFICIENT_DATA';
  }

  list(region: string): Alarm[] {
    return [...this.#alarms.values()].filter((alarm) => alarm.region === region);
  }

  onChange(listener: (alarm: Alarm) => void): void {
    this.#listeners.add(listener);
  }
}
