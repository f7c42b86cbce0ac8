import type { EntryOf } from '../journal/entry.ts';

/** A hostile or chatty journal must not make the report grow without end. */
const ALERTS_MAX = 1_000;
const READINGS_MAX = 5_000;
/** Other probes look every second at every replica; journeys of browsers are few and must not be crowded out. */
const OTHERS_MAX = 50_000;

export type AlertSeen = EntryOf<'alert.seen'>;
export type ProbeReading = EntryOf<'probe.reading'>;

/** What the app's own alarms said, and what probes saw of it. */
export class WatchLog {
  readonly #alerts: AlertSeen[] = [];
  readonly #readings: ProbeReading[] = [];
  #others = 0;
  #journeys = 0;

  addAlert(alert: AlertSeen): void {
    if (this.#alerts.length < ALERTS_MAX) this.#alerts.push(alert);
  }

  addReading(reading: ProbeReading): void {
    const journey = reading.kind === 'browser';
    const fits = journey ? this.#journeys < READINGS_MAX : this.#others < OTHERS_MAX;
    if (!fits) return;
    if (journey) this.#journeys += 1;
    else this.#others += 1;
    this.#readings.push(reading);
  }

  /** In the order of time. */
  get alerts(): readonly AlertSeen[] {
    return this.#alerts.toSorted((a, b) => a.t - b.t || (a.alarm < b.alarm ? -1 : 1));
  }

  /** In the order in which they began. */
  get readings(): readonly ProbeReading[] {
    return this.#readings.toSorted((a, b) => a.started - b.started || (a.probe < b.probe ? -1 : 1));
  }
}
