export { blastRadiusSchema, operationClassSchema, type BlastRadius, type OperationClass } from './core/blast-radius.ts';
export { armingSchema, isLoopback, type Arming } from './core/arming.ts';
export { checkTimeline } from './core/check-timeline.ts';
export { decide, type Decision, type Strike } from './core/decide.ts';
export { prepareTimeline, type PreparedTimeline } from './core/prepared-timeline.ts';
export type { Exchange } from './core/exchange.ts';
export type { ExchangeEvent, ExchangeOutcome } from './core/event.ts';
export type { UnansweredAttempt, UnansweredEvent } from './core/unanswered.ts';
export { explainWindow } from './core/explain.ts';
export { distributionSchema, faultSchema, type Distribution, type Fault, type FaultKind } from './core/fault.ts';
export { errorCodes, s3Error, type S3Error } from './core/s3-error.ts';
export { faultReference } from './core/describe-faults.ts';
export { draw, streamOf } from './core/random.ts';
export { operationNames } from './core/s3-operation.ts';
export { calm, rampAt, rampMean, type FaultWindow, type Ramp, type Timeline } from './core/timeline.ts';
export { timelineSchema } from './core/timeline-schema.ts';
export { exchangeEventSchema, unansweredEventSchema } from './control/event-schema.ts';
export {
  controlAccountingSchema,
  controlStatusSchema,
  type ControlAccounting,
  type ControlStatus,
} from './control/status.ts';
export { injectorVersion } from './version.ts';
export { startControl, type Control, type ControlOptions } from './control/control.ts';
export { superviseInjector, type Supervised, type SuperviseOptions } from './control/supervise.ts';
export { systemClock, type Clock } from './clock.ts';
export {
  startInjector,
  type Injector,
  type InjectorOptions,
  type InterceptingProxy,
  type RegionUpstream,
} from './injector.ts';
export type { Armed } from './plane/admission.ts';
export type { KeyProvider, UserKeys } from './plane/owner-check.ts';
export { userKeys } from './ways-in/user-keys.ts';
export { proxyEnvironment } from './ways-in/proxy-environment.ts';
export {
  startStore,
  type ReplicationBacklog,
  type ReplicationControl,
  type ReplicationScope,
  type Store,
  type StoreOptions,
} from './store/index.ts';
