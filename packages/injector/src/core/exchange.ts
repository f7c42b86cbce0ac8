import type { OperationClass } from './blast-radius.ts';

/** One S3 request as plain data: all that a decision may depend on. */
export interface Exchange {
  /** Counts up from 1 over the life of an injector. */
  readonly id: number;
  readonly region: string;
  /** Operation name of the S3 API (`GetObject`), or `Unknown` for what S3 has no operation for. */
  readonly operation: string;
  readonly class: OperationClass;
  readonly method: string;
  readonly bucket: string | null;
  readonly key: string | null;
  /**
   * What ties the attempts of one logical operation together: the SDK's `amz-sdk-invocation-id`, else a digest of
   * method, host, path and query.
   */
  readonly invocation: string;
  /** From `amz-sdk-request: attempt=N; max=M`; 1 and null where the client does not say. */
  readonly attempt: number;
  readonly attemptsMax: number | null;
  /**
   * Counts the invocations of the same operation on the same key, from 1, since the timeline was started. Draws are
   * keyed by operation, bucket, key, occurrence and attempt: an invocation id is random, this is not, so the same
   * request has the same fate in every run. Left out, draws are keyed by the invocation.
   */
  readonly occurrence?: number;
  /** The W3C trace context that the client sent along, where it is a valid one. */
  readonly traceparent?: string;
  /** The region in the signature's credential scope, where it is not the exchange's region: a misdirected client. */
  readonly signedFor?: string;
}
