import type { Credential } from './auth/account.ts';
import type { KnownUsers } from './core/acl.ts';
import type { BlobStore } from './blobs/blob-store.ts';
import type { Catalog } from './catalog/catalog.ts';
import type { DigestThreads } from './hashing/digest-threads.ts';
import type { Mutation } from './catalog/mutation.ts';
import type { Call, Reply } from './http/call.ts';

/** What the operations work with. */
export interface Services {
  readonly catalog: Catalog;
  readonly blobs: BlobStore;
  /** Hash large bodies. */
  readonly threads: DigestThreads;
  /** Every region that the store serves. */
  readonly regions: readonly string[];
  readonly credentials: ReadonlyMap<string, Credential>;
  /** Accounts by canonical id. */
  readonly users: KnownUsers;
  /** Endpoint URL of a region. */
  readonly endpoint: (region: string) => string;
  /**
   * Makes a change: at once in memory, so that a check right before it still holds; the promise, if any, is settled when
   * the change is on disk, and no client may hear of success before.
   */
  readonly commit: (mutation: Mutation) => Promise<void> | undefined;
  /** A fresh id of letters and digits: version ids, upload ids. */
  readonly newId: (length: number) => string;
}

export type Handler = (call: Call, services: Services) => Reply | Promise<Reply>;
