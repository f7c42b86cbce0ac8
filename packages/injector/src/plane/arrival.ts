import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Resigned } from './resign.ts';
import type { UnderWay } from './under-way.ts';
import type { Upstream } from './upstream.ts';

/** A request as the server hands it over. */
export interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Null where nothing serves the request's region. */
  readonly upstream: Upstream | null;
  /** The client waits for `100 Continue` before it sends its body. */
  readonly expectsContinue: boolean;
  /** The head as it is to go upstream; null where it goes as it came. */
  readonly head: Resigned | null;
  /** When it came, by the clock; left out: now. */
  readonly startedMs?: number;
  /** Left out: nothing of it has gone upstream yet. */
  readonly underWay?: UnderWay | undefined;
}
