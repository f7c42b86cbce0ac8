import { headerOf, type RawHeaders } from './headers.ts';

/** Who asks, and how: what a blast radius may look at beside the exchange itself. */
export interface Client {
  /** The source address. */
  readonly address: string;
  /** Whether an earlier exchange came over the same connection. */
  readonly established: boolean;
  readonly headers: RawHeaders;
  /** The request's query, without its question mark; a presigned one carries the access key. */
  readonly query: string;
  readonly expectsContinue: boolean;
}

const inHeader = /Credential=([^/,\s]+)\/|^AWS ([^:\s]+):/;
const inQuery = /(?:^|&)(?:X-Amz-Credential|AWSAccessKeyId)=([^&%/]+)/i;

/** The access key id that a request is signed with; null where it is not. */
export function accessKeyIdOf({ headers, query }: Client): string | null {
  const authorization = headerOf(headers, 'authorization');
  if (authorization === undefined) return inQuery.exec(query)?.[1] ?? null;
  const found = inHeader.exec(authorization);
  return found?.[1] ?? found?.[2] ?? null;
}
