import { blastRadiusSchema, checkTimeline, faultSchema, type Fault, type FaultWindow } from '@gameday/injector';
import { z } from 'zod';
import type { TemplateAction } from './template-body.ts';

/** Replication that is paused: what the store calls a scope. */
export interface PauseScope {
  readonly sourceBucket: string;
  readonly destinationRegion: string;
  readonly destinationBucket?: string;
}

/** What an action does on this machine. */
export type ActionEffect =
  /** It runs its time and changes nothing for S3; why, for the reader. */
  | { readonly kind: 'nothing'; readonly why: string }
  /** Times are milliseconds since the action began. */
  | { readonly kind: 'windows'; readonly windows: readonly FaultWindow[] }
  | { readonly kind: 'pause-replication'; readonly scopes: readonly PauseScope[] }
  | { readonly kind: 'assert-alarms'; readonly arns: readonly string[]; readonly states: readonly string[] }
  | { readonly kind: 'impossible'; readonly why: string };

export interface EffectContext {
  /** Experiment and action: makes window ids unique, and draws stable. */
  readonly id: string;
  /** The region of the experiment. */
  readonly region: string;
  /** The regions whose S3 is served here. */
  readonly served: readonly string[];
  readonly durationMs: number;
  /** ARNs of the resources found, by the name that the action gives its target. */
  readonly resources: Readonly<Record<string, readonly string[]>>;
  /** A scenario's phase in so many milliseconds; a text says why it cannot be. */
  readonly phaseWindows: (
    scenario: string,
    phase: string,
    home: string,
    durationMs: number,
  ) => readonly FaultWindow[] | string;
}

type Parameters = Readonly<Record<string, string>>;

const list = (text: string | undefined): string[] | undefined => {
  const words = text?.split(',').filter((word) => word !== '');
  return words === undefined || words.length === 0 ? undefined : words;
};

/** What an action means here: those of AWS as AWS means them, as far as S3 and its clients on this machine go. */
export function effectOf({ actionId, parameters = {} }: TemplateAction, context: EffectContext): ActionEffect {
  if (actionId.startsWith('gameday:')) return gamedayEffect(actionId, parameters, context);
  switch (actionId) {
    case 'aws:fis:wait':
      return { kind: 'nothing', why: 'It waits.' };
    case 'aws:cloudwatch:assert-alarm-state':
      return {
        kind: 'assert-alarms',
        arns: list(parameters['alarmArns']) ?? [],
        states: list(parameters['alarmStates']) ?? [],
      };
    case 'aws:network:disrupt-connectivity':
      return ['all', 's3'].includes(parameters['scope'] ?? '')
        ? unreachable(context.region, context)
        : { kind: 'nothing', why: `Traffic to S3 is not in the scope ${parameters['scope'] ?? ''}.` };
    case 'aws:network:disrupt-vpc-endpoint':
      return unreachable(context.region, context);
    case 'aws:network:route-table-disrupt-cross-region-connectivity':
      return unreachable(parameters['region'] ?? '', context);
    case 'aws:network:transit-gateway-disrupt-cross-region-connectivity':
      return { kind: 'nothing', why: 'Traffic to S3’s public endpoints does not pass through transit gateways.' };
    case 'aws:s3:bucket-pause-replication':
      return pauseReplication(parameters, context);
    default:
      return { kind: 'nothing', why: `${actionId} touches no S3.` };
  }
}

/** A network ACL drops packets: nothing answers, nothing is refused. */
function unreachable(region: string, context: EffectContext): ActionEffect {
  if (!context.served.includes(region)) return { kind: 'nothing', why: `No S3 of ${region} is served here.` };
  return whole({ kind: 'black-hole' }, region, context);
}

function whole(fault: Fault, region: string, { id, durationMs }: EffectContext): ActionEffect {
  const all = { from: 1, to: 1 };
  const window = { id, startMs: 0, endMs: durationMs, where: { regions: [region] }, share: all, fault };
  return { kind: 'windows', windows: [{ ...window, inFlight: 'spare' }] };
}

function pauseReplication(parameters: Parameters, { resources }: EffectContext): ActionEffect {
  if (parameters['prefixes'] !== undefined) {
    return { kind: 'impossible', why: 'The embedded S3 pauses the replication of whole buckets, not of prefixes.' };
  }
  const destinationRegion = parameters['region'] ?? '';
  const destinations = list(parameters['destinationBuckets'])?.map(bucketOfArn);
  const scopes = (resources['Buckets'] ?? []).map(bucketOfArn).flatMap((sourceBucket): PauseScope[] => {
    const all = [{ sourceBucket, destinationRegion }];
    return destinations?.map((destinationBucket) => ({ sourceBucket, destinationRegion, destinationBucket })) ?? all;
  });
  return { kind: 'pause-replication', scopes };
}

/** `arn:aws:s3:::photos` is `photos`; a name stays what it is. */
const bucketOfArn = (arn: string): string => arn.split(':').at(-1) ?? arn;

function gamedayEffect(actionId: string, parameters: Parameters, context: EffectContext): ActionEffect {
  const region = parameters['region'] ?? context.region;
  if (!context.served.includes(region)) return { kind: 'impossible', why: `No S3 of ${region} is served here.` };
  switch (actionId) {
    case 'gameday:s3:region-blackout': {
      const after = { shape: 'uniform', fromMs: 2_000, toMs: 8_000 } as const;
      const effect = whole({ kind: 'blackout', silent: 0.9, reset: 0.05, unavailable: 0.05, after }, region, context);
      if (effect.kind !== 'windows') return effect;
      return { ...effect, windows: effect.windows.map(cutting) };
    }
    case 'gameday:s3:inject-error': {
      const code = parameters['code'] ?? 'ServiceUnavailable';
      return narrowed({ kind: 'http-error', code, applied: parameters['applied'] === 'true' }, parameters, context);
    }
    case 'gameday:s3:add-latency':
      return narrowed(
        { kind: 'latency', delay: { shape: 'constant', ms: Number(parameters['delayMilliseconds']) } },
        parameters,
        context,
      );
    case 'gameday:s3:inject-fault':
      return narrowed(parseJson(parameters['fault'] ?? ''), parameters, context);
    case 'gameday:s3:scenario-phase': {
      const { scenario = '', phase = '' } = parameters;
      const windows = context.phaseWindows(scenario, phase, region, context.durationMs);
      if (typeof windows === 'string') return { kind: 'impossible', why: windows };
      const strangers = windows.flatMap(({ where }) => where.regions).filter((name) => !context.served.includes(name));
      const named = (window: FaultWindow): FaultWindow => ({ ...window, id: `${context.id}/${window.id}` });
      if (strangers.length > 0) return { kind: 'impossible', why: `No S3 of ${strangers.join(', ')} is served here.` };
      return { kind: 'windows', windows: windows.map(named) };
    }
    default:
      return { kind: 'impossible', why: `There is no action ${actionId}.` };
  }
}

const cutting = (window: FaultWindow): FaultWindow => ({ ...window, inFlight: 'cut' });

function narrowed(written: unknown, parameters: Parameters, { id, region, durationMs }: EffectContext): ActionEffect {
  const fault = faultSchema.safeParse(written);
  if (!fault.success) return { kind: 'impossible', why: `The fault is wrong: ${oneLine(fault.error)}` };
  const where = blastRadiusSchema.safeParse({
    regions: [parameters['region'] ?? region],
    classes: list(parameters['classes']),
    operations: list(parameters['operations']),
    buckets: list(parameters['buckets']),
    prefixes: list(parameters['prefixes']),
  });
  if (!where.success) return { kind: 'impossible', why: `Whom it strikes is wrong: ${oneLine(where.error)}` };
  const share = Number(parameters['percentage'] ?? '100') / 100;
  const window: FaultWindow = {
    id,
    startMs: 0,
    endMs: durationMs,
    where: where.data,
    share: { from: share, to: share },
    fault: fault.data,
    inFlight: 'spare',
  };
  const problems = checkTimeline({ windows: [window] });
  return problems.length > 0
    ? { kind: 'impossible', why: problems.join('; ') }
    : { kind: 'windows', windows: [window] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const oneLine = (error: z.ZodError): string => z.prettifyError(error).replaceAll(/\s*\n\s*/g, ' ');
