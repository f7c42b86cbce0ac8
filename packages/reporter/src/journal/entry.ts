import { z } from 'zod';
import {
  ledgerAcked,
  ledgerAudited,
  ledgerDeleted,
  ledgerListed,
  ledgerState,
  ledgerUnknown,
} from './ledger-entries.ts';
import {
  eventEnded,
  eventStarted,
  faultEnded,
  faultStarted,
  guardrailTripped,
  hypothesisChecked,
  leaseExpired,
  phaseEnded,
  phaseStarted,
  runEnded,
  runStarted,
  targetExited,
  targetOutput,
  targetReady,
  targetStarted,
} from './run-entries.ts';
import { exchangesLost, s3Exchange, s3Unanswered, workRequest } from './traffic-entries.ts';
import { alertSeen, injectorReading, probeReading, processReading, toolReading } from './watch-entries.ts';

/** One line of a journal. */
export const entrySchema = z.discriminatedUnion('type', [
  runStarted,
  runEnded,
  targetStarted,
  targetReady,
  targetOutput,
  targetExited,
  eventStarted,
  eventEnded,
  hypothesisChecked,
  phaseStarted,
  phaseEnded,
  faultStarted,
  faultEnded,
  s3Exchange,
  exchangesLost,
  s3Unanswered,
  workRequest,
  ledgerAcked,
  ledgerUnknown,
  ledgerDeleted,
  ledgerAudited,
  ledgerState,
  ledgerListed,
  guardrailTripped,
  leaseExpired,
  toolReading,
  injectorReading,
  processReading,
  alertSeen,
  probeReading,
]);
/** One line of a journal. */
export type Entry = z.infer<typeof entrySchema>;
/** What an entry tells of: `work.request`. */
export type EntryType = Entry['type'];
/** The entry of one type. */
export type EntryOf<Type extends EntryType> = Extract<Entry, { type: Type }>;
