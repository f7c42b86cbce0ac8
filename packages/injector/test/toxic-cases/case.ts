import type { Test } from 'tap';
import type { ExchangeEvent, Fault, FaultKind } from '../../src/index.ts';
import type { Harness } from '../harness.ts';
import type { Ask } from '../ways.ts';
import type { RequestParts, Seen } from '../raw-client.ts';

/** What came through one way in. Over TLS a reset cannot be told from an end: Node reports either. */
export interface SeenThere extends Seen {
  readonly secure: boolean;
}

/** One way of a fault, and what must come of it. */
export interface Case {
  readonly name: string;
  readonly fault: Fault;
  readonly request?: RequestParts;
  /** The client does not ask for the connection to be closed. */
  readonly keepAlive?: true;
  /** What must have happened before, with the fault in force. */
  readonly before?: (harness: Harness & { readonly ask: Ask }) => Promise<unknown>;
  /** How many exchanges come of that. */
  readonly exchangesBefore?: number;
  /** How long to turn the clock while the exchange is in flight. */
  readonly advanceMs?: number;
  readonly seen: (seen: SeenThere, t: Test) => void;
  /** Null where the exchange never comes to be. Times count from the case's beginning. */
  readonly event: Partial<ExchangeEvent> | null;
  /** How many requests the upstream gets. */
  readonly upstreamRequests: number;
  /** Why it runs at the region's endpoint alone. */
  readonly endpointOnly?: string;
}

/** The cases of some kinds of fault. */
export type Cases<Kind extends FaultKind> = { readonly [One in Kind]: readonly Case[] };

export const HELLO = /^HTTP\/1\.1 200 OK\r\n[^]*hello$/;
export const put: RequestParts = ['PUT', '/bucket/key', [], 'a body of 18 bytes'];
export const slowDown = { kind: 'http-error', code: 'SlowDown', applied: false } as const satisfies Fault;

export const isReset = ({ text, how, secure }: SeenThere, t: Test): void => {
  t.ok(how === 'reset' || (secure && how === 'end'), how);
  t.equal(text, '');
};

/** The body of an answer, as it came. */
export const bodyOf = ({ text }: Seen): string => text.slice(text.indexOf('\r\n\r\n') + 4);

export const isSlowDown = ({ text }: Seen, t: Test): void => {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const [status, ...headers] = head.split('\r\n');
  t.equal(status, 'HTTP/1.1 503 Slow Down');
  t.same(
    headers.map((header) => header.split(':')[0]),
    ['x-amz-request-id', 'x-amz-id-2', 'Content-Type', 'Transfer-Encoding', 'Date', 'Connection', 'Server'],
  );
  t.match(
    headers.join('\n'),
    /x-amz-request-id: [\dA-Z]{16}\nx-amz-id-2: [\w+/]{75}=\nContent-Type: application\/xml\n/,
  );
  t.match(text, /<\/Error>\r\n0\r\n\r\n$/, 'one chunk, nothing after the XML');
  t.match(body, '<Code>SlowDown</Code><Message>Please reduce your request rate.</Message><RequestId>');
};
