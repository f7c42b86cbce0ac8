export {
  JOURNAL_VERSION,
  entrySchema,
  runEndSchema,
  workOutcomeSchema,
  type Entry,
  type EntryOf,
  type EntryType,
  type RunEnd,
  type WorkOutcome,
} from './entry.ts';
export {
  letterSchema,
  planRecordSchema,
  stepClassSchema,
  type Letter,
  type PhaseRecord,
  type PlanRecord,
  type StepClass,
  type WindowRecord,
} from './plan-record.ts';
