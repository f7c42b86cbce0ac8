import type { FaultKind } from './fault.ts';

/** What a kind of fault is, apart from what it does. */
interface Traits {
  /**
   * `listener`: it takes a region's endpoint away. `connection`: it strikes new tunnels through the proxy, before there
   * is a request. Left out: it strikes exchanges.
   */
  readonly level?: 'listener' | 'connection';
  /** It decides nothing: the next fault, or S3 itself, has its turn. */
  readonly goesOn?: true;
  /** The only operations that it makes sense for. */
  readonly only?: readonly string[];
  /** The operations that it strikes where a blast radius names neither operations nor classes. */
  readonly usually?: readonly string[];
  /** It strikes what was written a moment ago: writes must be remembered. */
  readonly remembersWrites?: true;
}

const bodies: Traits = { usually: ['GetObject'] };

const traits: { readonly [Kind in FaultKind]: Traits } = {
  refuse: { level: 'listener' },
  'black-hole': { level: 'listener' },
  silent: {},
  'half-head': {},
  reset: {},
  'close-after': { goesOn: true },
  'dns-gone': { level: 'connection' },
  'tls-failure': { level: 'connection' },
  'http-error': {},
  throttle: {},
  redirect: {},
  'error-in-success': { usually: ['CopyObject', 'UploadPartCopy', 'CompleteMultipartUpload'] },
  latency: { goesOn: true },
  'continue-stall': { goesOn: true },
  bandwidth: bodies,
  'upload-bandwidth': { goesOn: true, usually: ['PutObject', 'UploadPart'] },
  drip: bodies,
  stall: bodies,
  truncate: bodies,
  corrupt: bodies,
  'stale-read': { only: ['GetObject', 'HeadObject'], remembersWrites: true },
  'list-lag': { only: ['ListObjects', 'ListObjectsV2', 'ListObjectVersions'], remembersWrites: true },
  'lost-delete': { only: ['DeleteObject', 'DeleteObjects'] },
  blackout: {},
};

/** What a kind of fault is, apart from what it does. */
export function traitsOf(kind: FaultKind): Traits {
  return traits[kind];
}
