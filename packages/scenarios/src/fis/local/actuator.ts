import type { Timeline } from '@gameday/injector';
import type { PauseScope } from '../core/action-effect.ts';
import type { ObservedExchange } from '../core/local-guardrail.ts';

/** A bucket that stands in S3 here. */
export interface LocalBucket {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What the local endpoint breaks S3 with. */
export interface Actuator {
  /** Regions whose S3 is served. */
  readonly regions: readonly string[];
  /** Puts a timeline in force, its zero being now, in place of the one before; one without windows heals. */
  play(timeline: Timeline): Promise<void>;
  /** Pauses replication until the returned function is called. @throws {Error} where S3 is not ours */
  pauseReplication(scopes: readonly PauseScope[]): Promise<() => Promise<void>>;
  buckets(): Promise<readonly LocalBucket[]>;
  onExchange(listener: (event: ObservedExchange) => void): void;
}
