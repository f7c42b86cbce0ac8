import { setTimeout as sleep } from 'node:timers/promises';
import {
  systemClock,
  type ControlStatus,
  type ExchangeEvent,
  type ReplicationScope,
  type Timeline,
  type UnansweredEvent,
} from '@gameday/injector';
import { clockOffset, withSample, type ClockOffset, type ClockSample } from '../../core/life/clock-offset.ts';
import { lateTimeline } from '../../core/life/late-timeline.ts';
import type { Accounting, NemesisEntry } from '../../ports/nemesis.ts';
import { ControlRefusal, reasonOf, type ControlClient } from './control-client.ts';
import { ExchangeStream } from './exchange-stream.ts';
import type { InjectorNemesis } from './injector-nemesis.ts';
import { insist } from './insist.ts';

/** A lease is renewed so often before it would lapse. */
const RENEWALS_A_LEASE = 3;
/** Looks at the other clock before the run begins. */
const FIRST_LOOKS = 5;
/** A timeline that comes later than that would not be the one that was planned. */
const START_WITHIN_MS = 1_000;
/** How long the last exchanges are waited for. */
const CATCH_UP_MS = 2_000;

/** Microseconds are more than a journal needs. */
const round = (ms: number): number => Math.round(ms * 1_000) / 1_000;

/**
 * An injector in another process as the nemesis, driven by its control API. What is in force there is on a lease that
 * is renewed from here, so it ends with this process, however that ends.
 */
export class AttachedInjector implements InjectorNemesis {
  readonly endpoints: ReadonlyMap<string, string>;
  readonly #client: ControlClient;
  readonly #seed: string;
  readonly #instance: string;
  readonly #leaseMs: number;
  readonly #stream: ExchangeStream;
  readonly #over = new AbortController();
  readonly #onExchange: ((event: ExchangeEvent) => void)[] = [];
  readonly #onUnanswered: ((event: UnansweredEvent) => void)[] = [];
  readonly #onEntry: ((entry: NemesisEntry) => void)[] = [];
  readonly #onFailed: ((detail: string) => void)[] = [];
  #samples: readonly ClockSample[];
  #offset: ClockOffset;
  /** What is to be done there, one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  /** The timeline that is ours; null where none is in force. */
  #timeline: number | null = null;
  /** How far at most that timeline is behind ours, in milliseconds: so long its putting in force took. */
  #behindMs = 0;
  /** Whether faults of ours may be in force. */
  #struck = false;
  /** The replication that we keep paused. */
  readonly #pauses = new Set<readonly ReplicationScope[]>();
  #account: Promise<Accounting> | null = null;
  #last: Accounting = { fired: new Map(), uncounted: new Map() };
  #heardMs = systemClock.now();
  #failed: string | null = null;

  private constructor(
    client: ControlClient,
    seed: string,
    status: ControlStatus,
    samples: readonly ClockSample[],
    offset: ClockOffset,
  ) {
    this.#client = client;
    this.#seed = seed;
    this.#instance = status.instance;
    this.#leaseMs = status.leaseMs;
    this.#samples = samples;
    this.#offset = offset;
    this.endpoints = new Map(Object.entries(status.endpoints));
    this.#stream = new ExchangeStream(
      client,
      status.instance,
      status.exchanges,
      {
        onExchange: (event) => this.#tellExchange(event),
        onUnanswered: (event) => this.#tellUnanswered(event),
        onLost: (exchanges) => this.#tell({ type: 'exchanges.lost', exchanges }),
        onEnd: (why) => this.#fail(why),
      },
      this.#over.signal,
    );
    void this.#keepUp();
  }

  /**
   * Follows an injector from now on.
   * @param seed what the draws of its timelines derive from
   * @throws {Error} where it does not answer
   */
  static async attach(client: ControlClient, seed: string): Promise<AttachedInjector> {
    let samples: readonly ClockSample[] = [];
    const look = async (): Promise<ControlStatus> => {
      const askedMs = systemClock.now();
      const said = await client.status();
      samples = withSample(samples, { askedMs, saidMs: said.nowMs, heardMs: systemClock.now() });
      return said;
    };
    let status = await insist(CATCH_UP_MS, look);
    for (let looks = 1; looks < FIRST_LOOKS; looks += 1) status = await insist(CATCH_UP_MS, look);
    const offset = clockOffset(samples, systemClock.now());
    if (offset === null) throw new Error('no look at the clock of the injector');
    return new AttachedInjector(client, seed, status, samples, offset);
  }

  start(timeline: Timeline): void {
    this.#struck = true;
    const zeroMs = systemClock.now();
    void this.#enqueue(async () => {
      try {
        this.#timeline = (await this.#putInTime(timeline, zeroMs)).timeline;
      } catch (error) {
        // What is in force then is not ours to heal.
        if (error instanceof ControlRefusal) this.#struck = false;
        this.#fail(`it did not take the timeline: ${reasonOf(error)}`);
      }
    });
  }

  /** Puts in force what is left of a timeline when it gets there, so that its windows end when the phases do. */
  async #putInTime(timeline: Timeline, zeroMs: number): Promise<ControlStatus> {
    const sent = new Set<number>();
    const firstMs = systemClock.now();
    const status = await insist(START_WITHIN_MS, async (again) => {
      const left = lateTimeline(timeline, systemClock.now() - zeroMs);
      try {
        sent.add(left.windows.length);
        return await this.#client.start({ ...left, seed: this.#seed }, true);
      } catch (error) {
        // An earlier try may have come through, and its answer not.
        if (!again || !(error instanceof ControlRefusal) || error.status !== 412) throw error;
        const inForce = await this.#client.status();
        if (sent.has(inForce.windows)) return inForce;
        throw error;
      }
    });
    this.#behindMs = systemClock.now() - firstMs;
    return status;
  }

  /** Pauses replication while our timeline is in force, until the returned function is called. */
  pauseReplication(scopes: readonly ReplicationScope[]): () => void {
    const held = [...scopes];
    this.#pauses.add(held);
    this.#tellPauses();
    return () => {
      if (this.#pauses.delete(held)) this.#tellPauses();
    };
  }

  #tellPauses(): void {
    void this.#enqueue(async () => {
      // Healed, all of it goes on by itself.
      if (!this.#struck) return;
      try {
        await insist(this.#leaseMs, () => this.#client.pauseReplication([...this.#pauses].flat()));
      } catch (error) {
        this.#fail(`its replication could not be paused, or resumed: ${reasonOf(error)}`);
      }
    });
  }

  heal(): void {
    if (!this.#struck) return;
    this.#struck = false;
    this.#pauses.clear();
    this.#account = null; // What comes now is asked for after it.
    void this.#enqueue(async () => {
      this.#timeline = null;
      try {
        // One try is enough for an injector that is gone: nobody renews its lease.
        await insist(this.#failed === null ? this.#leaseMs : 0, () => this.#client.heal());
      } catch (error) {
        this.#fail(`it could not be healed, so that its lease had to end: ${reasonOf(error)}`);
      }
    });
  }

  account(): Promise<Accounting> {
    this.#account ??= this.#askLater();
    return this.#account;
  }

  /** What is over here may go on there for as long as its beginning took. Nothing else waits for that. */
  async #askLater(): Promise<Accounting> {
    await this.#queue;
    if (this.#timeline !== null) await sleep(this.#behindMs);
    return this.#enqueue(async () => {
      this.#account = null;
      if (this.#failed !== null) return this.#last;
      try {
        const { fired, proved, unproved, exchanges } = await insist(CATCH_UP_MS, () => this.#client.accounting());
        const turnedAway = [...proved.map((id) => [id, true] as const), ...unproved.map((id) => [id, false] as const)];
        this.#last = { fired: new Map(Object.entries(fired)), uncounted: new Map(turnedAway) };
        await this.#stream.reached(exchanges, CATCH_UP_MS);
      } catch {
        // Whether it is gone is seen by whether the lease can be renewed.
      }
      return this.#last;
    });
  }

  onExchange(listener: (event: ExchangeEvent) => void): void {
    this.#onExchange.push(listener);
  }

  onUnanswered(listener: (event: UnansweredEvent) => void): void {
    this.#onUnanswered.push(listener);
  }

  onEntry(listener: (entry: NemesisEntry) => void): void {
    this.#onEntry.push(listener);
    listener(this.#reading(this.#stream.told));
  }

  onFailed(listener: (detail: string) => void): void {
    this.#onFailed.push(listener);
    if (this.#failed !== null) listener(this.#failed);
  }

  async stop(): Promise<void> {
    this.heal();
    await this.#queue;
    this.#over.abort();
  }

  #enqueue<Result>(action: () => Promise<Result>): Promise<Result> {
    const done = this.#queue.then(action);
    this.#queue = done.catch(() => {});
    return done;
  }

  /** Renews the lease, and looks at the other clock, until the end. */
  async #keepUp(): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted && this.#failed === null) {
      await sleep(this.#leaseMs / RENEWALS_A_LEASE, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      const asOf = this.#timeline;
      const askedMs = systemClock.now();
      try {
        const status = await (asOf === null ? this.#client.status() : this.#client.renew(asOf));
        this.#heardMs = systemClock.now();
        this.#look({ askedMs, saidMs: status.nowMs, heardMs: this.#heardMs }, status);
        this.#check(status, asOf);
      } catch (error) {
        if (error instanceof ControlRefusal) this.#fail(error.message);
        else if (systemClock.now() - this.#heardMs > this.#leaseMs) {
          this.#fail(`it does not answer any more, and its lease is over: ${reasonOf(error)}`);
        }
      }
    }
  }

  #look(sample: ClockSample, { exchanges }: ControlStatus): void {
    this.#samples = withSample(this.#samples, sample);
    this.#offset = clockOffset(this.#samples, sample.heardMs) ?? this.#offset;
    this.#tell(this.#reading(exchanges));
  }

  /** @param asOf which timeline was ours when it was asked */
  #check({ instance, timeline, version }: ControlStatus, asOf: number | null): void {
    if (instance !== this.#instance) {
      this.#fail(`it was started again in the middle of the run (version ${version}): what was in force is gone`);
    } else if (asOf !== null && asOf === this.#timeline && timeline !== asOf) {
      this.#struck = false;
      if (timeline !== null) return this.#fail('somebody else put another timeline in force');
      this.#tell({ type: 'lease.expired', detail: `it was not renewed for ${this.#leaseMs} ms` });
      this.#fail('its lease lapsed in the middle of the run, so that the faults ended before their time');
    }
  }

  #reading(exchanges: number): NemesisEntry {
    return {
      type: 'injector.reading',
      instance: this.#instance,
      offsetMs: round(this.#offset.offsetMs),
      errorMs: round(this.#offset.errorMs),
      behind: Math.max(0, exchanges - this.#stream.told),
    };
  }

  #tellExchange(event: ExchangeEvent): void {
    const { offsetMs } = this.#offset;
    const told = {
      ...event,
      startedMs: event.startedMs + offsetMs,
      headMs: event.headMs === null ? null : event.headMs + offsetMs,
      endedMs: event.endedMs + offsetMs,
    };
    for (const listener of this.#onExchange) listener(told);
  }

  #tellUnanswered(event: UnansweredEvent): void {
    const { offsetMs } = this.#offset;
    const told = { ...event, startedMs: event.startedMs + offsetMs, endedMs: event.endedMs + offsetMs };
    for (const listener of this.#onUnanswered) listener(told);
  }

  #tell(entry: NemesisEntry): void {
    for (const listener of this.#onEntry) listener(entry);
  }

  #fail(why: string): void {
    if (this.#failed !== null || this.#over.signal.aborted) return;
    this.#failed = `the injector at ${this.#client.url}: ${why}`;
    for (const listener of this.#onFailed) listener(this.#failed);
  }
}
