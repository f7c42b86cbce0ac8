import { bucketsOf, forbidden, type Arming } from '../core/arming.ts';
import type { Exchange } from '../core/exchange.ts';
import type { RawHeaders } from '../core/headers.ts';
import { originForm } from '../core/s3-address.ts';
import type { S3Error as ErrorAnswer } from '../core/s3-error.ts';
import { S3Error } from '../store/core/s3-error.ts';
import { openOwnerCheck, type KeyProvider, type UserKeys } from './owner-check.ts';
import { requestHeaders } from './pass-headers.ts';
import { refusal } from './refusal.ts';
import { resign, type Resigned } from './resign.ts';

/** Leave to touch an S3 that is not on this machine, given by its user. */
export interface Armed extends Arming {
  /** The user's keys, asked for at every request: temporary ones change. */
  readonly keys: KeyProvider;
  /** Keys that clients of the endpoint may sign with beside the user's own. */
  readonly accepts?: readonly UserKeys[];
}

/** Whether a request may go to an armed upstream, and how. */
export type Admission =
  /** `head` is null where it goes out as the client signed it. */
  | { readonly admitted: true; readonly head: Resigned | null }
  | { readonly admitted: false; readonly error: ErrorAnswer };

export interface Applicant {
  readonly exchange: Exchange;
  readonly headers: RawHeaders;
  readonly target: string;
  /** It came through the proxy: its host and its signature are for AWS already. */
  readonly proxied: boolean;
}

/** Guards one upstream. */
export interface Gate {
  admit(applicant: Applicant): Promise<Admission>;
  close(): void;
}

const denied = (code: string, message: string, status?: number): Admission => ({
  admitted: false,
  error: refusal(code, message, status),
});

export function openGate(region: string, endpoint: URL, armed: Armed): Gate {
  const { account, keys, accepts = [] } = armed;
  const owners = account === null ? null : openOwnerCheck(endpoint.origin, region, account, keys);
  const signing = { region, host: endpoint.host, keys, accepts };
  return {
    async admit({ exchange, headers, target, proxied }) {
      const buckets = bucketsOf(exchange, headers);
      const named = forbidden(armed, buckets);
      if (named !== null) return denied('AccessDenied', named);
      if (owners !== null) {
        for (const bucket of buckets) {
          const foreign = await owners.refusal(bucket);
          if (foreign !== null) return denied('AccessDenied', foreign);
        }
      }
      if (proxied) return { admitted: true, head: null };
      try {
        const sent = { target: originForm(target), headers: requestHeaders(headers, exchange.method).headers };
        return { admitted: true, head: await resign(exchange.method, sent, signing) };
      } catch (error) {
        if (error instanceof S3Error) return denied(error.code, error.message, error.status);
        const why = error instanceof Error ? error.message : String(error);
        return denied('AccessDenied', `Gameday could not sign the request with the user's credentials: ${why}`);
      }
    },
    close: () => owners?.close(),
  };
}
