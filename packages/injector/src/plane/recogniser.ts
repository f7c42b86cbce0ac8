import type { Exchange } from '../core/exchange.ts';
import { headerOf, type RawHeaders } from '../core/headers.ts';
import { recognise } from '../core/recognise.ts';
import { hostAddress, type HostAddress } from '../core/s3-address.ts';

/** A request's head, whatever has read it. */
export interface RequestLine {
  readonly method: string;
  readonly target: string;
  readonly headers: RawHeaders;
  /** The region of the endpoint that it came to; null where the request must tell its own. */
  readonly region: string | null;
  /** Where its connection is tunnelled to, if it is; stands in for a `Host` that is not there. */
  readonly tunnelOf?: string | undefined;
}

/** Tells what a request is in S3's terms; null where it cannot be one for S3. */
export type Recogniser = (request: RequestLine) => (Exchange & { readonly region: string }) | null;

const HOSTS_REMEMBERED_MAX = 1_024;

/** One for a whole injector: it numbers the requests. */
export function createRecogniser(): Recogniser {
  const hosts = new Map<string, HostAddress>();
  let count = 0;

  function addressOf(host: string): HostAddress {
    let address = hosts.get(host);
    if (address === undefined) {
      if (hosts.size >= HOSTS_REMEMBERED_MAX) hosts.clear();
      address = hostAddress(host);
      hosts.set(host, address);
    }
    return address;
  }

  return ({ method, target, headers, region, tunnelOf }) => {
    count += 1;
    const host = addressOf(headerOf(headers, 'host') ?? tunnelOf ?? '');
    return recognise({ id: count, method, target, headers, host, region });
  };
}
