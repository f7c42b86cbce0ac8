import type { Client } from '../core/client.ts';
import type { Decision } from '../core/decide.ts';
import type { Exchange } from '../core/exchange.ts';
import type { PreparedTimeline } from '../core/prepared-timeline.ts';
import type { RecentWrites } from '../core/recent-writes.ts';

/** What befalls an exchange, and by which timeline. */
export interface Ruling {
  readonly exchange: Exchange;
  /** Who asked; null where no timeline asks. */
  readonly client: Client | null;
  readonly decision: Decision;
  /** What was written of late, where the timeline must know. */
  readonly writes: RecentWrites | null;
  /** The timeline that was in force, when it was started by the clock, and where it stood; null where there was none. */
  readonly timeline: PreparedTimeline | null;
  readonly zeroMs: number;
  readonly elapsedMs: number;
}

/** What is ruled of an exchange that nothing befalls. */
export const passes: Omit<Ruling, 'exchange'> = {
  client: null,
  decision: [],
  writes: null,
  zeroMs: 0,
  elapsedMs: 0,
  timeline: null,
};
