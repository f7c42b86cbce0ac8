import type { ClientRequest } from 'node:http';

/** A request that has gone upstream already, and whose answer node:http is to read. */
export interface UnderWay {
  readonly sentMs: number;
  /** Bytes of its body that have gone out. */
  readonly bodyBytes: number;
  /** Whether its connection had carried an exchange before. */
  readonly isReused: boolean;
  /** Reads the answer, once. What the body still lacks is to be written to it. */
  readAnswer(): ClientRequest;
}
