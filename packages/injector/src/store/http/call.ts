import type { BodySource } from '../body/request-body.ts';
import type { Operation } from '../core/operation.ts';
import type { Query } from '../core/query.ts';
import type { Segment } from '../catalog/object-version.ts';
import type { ByteRange } from '../core/byte-range.ts';
import type { PayloadForm } from '../core/authorization.ts';
import type { ChunkSigner } from '../auth/chunk-signer.ts';

export type Headers = Readonly<Record<string, string | undefined>>;

export type Caller =
  | { readonly kind: 'account'; readonly account: string; readonly accessKeyId: string }
  | { readonly kind: 'anonymous' };

/** How the body is tied to the signature. */
export interface Payload {
  readonly form: PayloadForm;
  /** Checks signed chunks; absent where chunks are not signed. */
  readonly chunks?: ChunkSigner | undefined;
}

/** A request's head, whichever path it came by. */
export interface RequestHead {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  /** Lower-case names. */
  readonly headers: Headers;
  /** Whether the client wants to go on with the connection. */
  readonly keepAlive: boolean;
  /** Of the client, as the socket tells it. */
  readonly remoteAddress: string;
}

/** One request: routed, authenticated, not yet done. */
export interface Call {
  readonly operation: Operation;
  /** Region of the endpoint that was asked. */
  readonly region: string;
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: Query;
  readonly headers: Headers;
  readonly caller: Caller;
  readonly payload: Payload;
  readonly body: BodySource;
  /** Of the client, as the socket tells it. */
  readonly remoteAddress: string;
  readonly nowMs: number;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: ReplyBody;
}

type ReplyBody =
  | { readonly kind: 'xml'; readonly text: string }
  | { readonly kind: 'json'; readonly text: string }
  | { readonly kind: 'contents'; readonly segments: readonly Segment[]; readonly range: ByteRange };

export const xmlReply = (text: string, headers: Record<string, string | number> = {}): Reply => ({
  status: 200,
  headers,
  body: { kind: 'xml', text },
});
