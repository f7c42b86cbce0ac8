import { z } from 'zod';
import { t } from './entry-fields.ts';

/** What a write of the ledger wrote to. A write without any of these is a member of the set. */
const placeFields = {
  /** When the write left; without it, when it was acknowledged. */
  sent: z.number().optional(),
  /** The place that it is a version of, where a later write replaces an earlier one; null where nothing replaces it. */
  register: z.string().nullable().optional(),
  /** The counter that it added to, and how much. */
  counter: z.string().optional(),
  added: z.number().optional(),
  /** The log that it was appended to, and the offset that the app gave it. */
  log: z.string().optional(),
  offset: z.number().optional(),
  /** The collection that a member of the set belongs to; left out for the one without a name. */
  collection: z.string().optional(),
  /**
   * The id that the app gave it in its collection, by which the app and its stores know it; null where it was to give one
   * and nobody knows it. Left out where `entry` is what they know it by.
   */
  given: z.string().nullable().optional(),
};

/** The app said yes to a write: from here on it may not lose it. */
export const ledgerAcked = z.object({
  t,
  type: z.literal('ledger.acked'),
  entry: z.string(),
  step: z.string(),
  /** SHA-256 of the bytes, hex. */
  digest: z.string(),
  bytes: z.number(),
  ...placeFields,
  /** Where `given` is null: where the id was to be, and what the answer had there. */
  received: z.string().optional(),
});

/** The app gave no clear answer to a write (no answer, an error): it may or may not have happened. */
export const ledgerUnknown = z.object({
  t,
  type: z.literal('ledger.unknown'),
  entry: z.string(),
  step: z.string(),
  digest: z.string().optional(),
  ...placeFields,
});

/** An acknowledged entry was deleted again: from here on it must not come back. `unknown`: nobody knows whether it is gone. */
export const ledgerDeleted = z.object({
  t,
  type: z.literal('ledger.deleted'),
  entry: z.string(),
  step: z.string(),
  sent: z.number(),
  state: z.enum(['acked', 'unknown']),
});

/** Through the app, straight from S3, or by the target's own command from another store. */
const viaSchema = z.enum(['app', 's3', 'command']);
export type Via = z.infer<typeof viaSchema>;
/** Which S3, where there are several: `us-west-2/photos`. */
const place = z.string().optional();

/**
 * What became of a ledger entry, read back after recovery. For acknowledged ones `absent` means lost; for unknown ones
 * `present` means that the write happened though nobody said so. `unreadable`: it could not be read, so nobody knows.
 * `duplicated`: it is there more than once.
 */
export const ledgerAudited = z.object({
  t,
  type: z.literal('ledger.audited'),
  entry: z.string(),
  acked: z.boolean(),
  via: viaSchema,
  place,
  found: z.enum(['present', 'absent', 'corrupted', 'unreadable', 'duplicated']),
  detail: z.string(),
});

/** What a register, a counter or one offset of a log held when it was read back after recovery. */
export const ledgerState = z.object({
  t,
  type: z.literal('ledger.state'),
  kind: z.enum(['register', 'counter', 'log']),
  name: z.string(),
  via: viaSchema,
  place,
  found: z.enum(['value', 'absent', 'unreadable']),
  /** Registers and logs: the entry whose bytes are there; null where no write is known to have had them. */
  seen: z.string().nullable().optional(),
  /** Counters. */
  value: z.number().nullable().optional(),
  /** Logs. */
  offset: z.number().optional(),
  detail: z.string(),
});

/** A list of all that a store holds was read, to find what is there twice. */
export const ledgerListed = z.object({
  t,
  type: z.literal('ledger.listed'),
  via: viaSchema,
  /** Whose members were listed; left out for the collection without a name. */
  collection: z.string().optional(),
  /** How many entries of the ledger stand in it; null where it could not be read. */
  entries: z.number().nullable(),
  detail: z.string(),
});
