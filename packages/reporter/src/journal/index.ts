export { entrySchema, type Entry, type EntryOf, type EntryType } from './entry.ts';
export { JOURNAL_VERSION, runEndSchema, type RunEnd } from './run-entries.ts';
export { workOutcomeSchema, type WorkOutcome } from './traffic-entries.ts';
export { alarmSourceSchema, pageFaceSchema, type AlarmSource, type PageFace } from './watch-entries.ts';
export {
  dimensionIds,
  letterSchema,
  planRecordSchema,
  probeKindSchema,
  sloSchema,
  stepClassSchema,
  type Letter,
  type PhaseRecord,
  type PlanRecord,
  type ProbeKind,
  type Slo,
  type StepClass,
  type WindowRecord,
} from './plan-record.ts';
