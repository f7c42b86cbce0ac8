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
   * method, host, path and query. Draws are keyed by it, so that the same request has the same fate in every run.
   */
  readonly invocation: string;
  /** From `amz-sdk-request: attempt=N; max=M`; 1 and null where the client does not say. */
  readonly attempt: number;
  readonly attemptsMax: number | null;
}
