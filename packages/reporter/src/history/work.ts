import type { EntryOf } from '../journal/entry.ts';
import { Latencies, mergeLatencies } from '../statistics/latencies.ts';

/** Kinds of failure are few; a hostile journal must not make the table of them grow without end. */
const FAILURES_MAX = 40;
/** Nor the list of moments. */
const CONNECTIONS_LOST_MAX = 20_000;

/** What a class of users saw over a stretch of time. Latency counts from the intended send time. */
export class WorkCell {
  due = 0;
  good = 0;
  hangs = 0;
  unsent = 0;
  /** Wrong status, wrong body, connection refused or reset. */
  errors = 0;
  /** Among the errors: the right status with a wrong body, that is a wrong answer presented as right. */
  wrongBodies = 0;
  readonly goodLatency = new Latencies();
  readonly errorLatency = new Latencies();
  readonly hangLatency = new Latencies();
  /** How the errors looked: "HTTP 500", "connection refused or reset" -> count. */
  readonly failures = new Map<string, number>();
  /** When connections were refused or reset, milliseconds since the run began. */
  readonly connectionsLost: number[] = [];

  add(entry: EntryOf<'work.request'>, patienceMs: number): void {
    this.due += 1;
    const latency = entry.ended - entry.intended;
    switch (entry.outcome) {
      case 'good':
        this.good += 1;
        this.goodLatency.record(latency);
        return;
      case 'hang':
        this.hangs += 1;
        this.hangLatency.record(Math.max(patienceMs, latency));
        return;
      case 'unsent':
        this.unsent += 1;
        // Nobody knows how long it would have taken: leaving it out would flatter the app.
        this.hangLatency.record(Math.max(patienceMs, latency));
        return;
      case 'wrong-body':
        this.wrongBodies += 1;
        this.#fail('a wrong body', latency);
        return;
      case 'wrong-status':
        this.#fail(entry.status === null ? 'no status' : `HTTP ${entry.status}`, latency);
        return;
      case 'connection':
        this.#fail('a connection refused or reset', latency);
        if (this.connectionsLost.length < CONNECTIONS_LOST_MAX) this.connectionsLost.push(entry.ended);
    }
  }

  #fail(how: string, latency: number): void {
    this.errors += 1;
    this.errorLatency.record(latency);
    const known = this.failures.get(how);
    if (known !== undefined) this.failures.set(how, known + 1);
    else if (this.failures.size < FAILURES_MAX) this.failures.set(how, 1);
  }

  /** Adds what another cell saw. */
  merge(other: WorkCell): void {
    this.due += other.due;
    this.good += other.good;
    this.hangs += other.hangs;
    this.unsent += other.unsent;
    this.errors += other.errors;
    this.wrongBodies += other.wrongBodies;
    this.goodLatency.add(other.goodLatency);
    this.errorLatency.add(other.errorLatency);
    this.hangLatency.add(other.hangLatency);
    this.connectionsLost.push(...other.connectionsLost);
    for (const [how, count] of other.failures) this.failures.set(how, (this.failures.get(how) ?? 0) + count);
  }

  /** Every latency, the censored ones of hangs among them. */
  allLatencies(): Latencies {
    return mergeLatencies([this.goodLatency, this.errorLatency, this.hangLatency]);
  }
}

/** What all of them saw together. */
export function mergeWork(cells: Iterable<WorkCell>): WorkCell {
  const whole = new WorkCell();
  for (const cell of cells) whole.merge(cell);
  return whole;
}
