import type { EntryOf } from '../journal/entry.ts';
import { Latencies } from '../statistics/latencies.ts';

/** Watched at most an hour: an app that needs longer has not recovered. */
const SECONDS_MAX = 3_600;

/** What the users of S3's routes saw in one second after the last heal. */
export class RecoverySecond {
  readonly due = { read: 0, write: 0 };
  readonly good = { read: 0, write: 0 };
  /** Of the right answers. */
  readonly latency = { read: new Latencies(), write: new Latencies() };
  s3Requests = 0;
}

/** The seconds after the last planned heal, one by one. */
export class RecoveryFold {
  readonly #seconds: RecoverySecond[] = [];

  get seconds(): readonly RecoverySecond[] {
    return this.#seconds;
  }

  addWork(entry: EntryOf<'work.request'>, sinceHeal: number): void {
    if (entry.class === 'control') return;
    const second = this.#at(sinceHeal);
    if (second === null) return;
    second.due[entry.class] += 1;
    if (entry.outcome !== 'good') return;
    second.good[entry.class] += 1;
    second.latency[entry.class].record(entry.ended - entry.intended);
  }

  addExchange(sinceHeal: number): void {
    const second = this.#at(sinceHeal);
    if (second !== null) second.s3Requests += 1;
  }

  #at(sinceHeal: number): RecoverySecond | null {
    const index = Math.floor(sinceHeal / 1000);
    if (index < 0 || index >= SECONDS_MAX) return null;
    while (this.#seconds.length <= index) this.#seconds.push(new RecoverySecond());
    return this.#seconds[index] ?? null;
  }
}
