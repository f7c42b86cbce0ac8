import type { AwsSetup } from '../../core/target/target-aws.ts';
import type { FisItem } from './fis-item.ts';
import { AWS_DURATION_MS_MAX, formatIsoDuration } from './iso-duration.ts';
import { durationParameter } from './network-items.ts';
import type { TemplateAction, TemplateBody, TemplateTarget } from './template-body.ts';
import { ACTIONS_MAX } from './template-check.ts';

/** A template, and when its experiment is to be started. */
export interface FisTemplate {
  /** Unique in its plan: `s3-us-east-1-outage`, `s3-us-east-1-outage-2`. */
  readonly name: string;
  readonly region: string;
  /** Milliseconds since the incident began. */
  readonly startMs: number;
  readonly endMs: number;
  readonly body: TemplateBody;
}

export interface TemplateFrame {
  /** The scenario's name. */
  readonly name: string;
  readonly title: string;
  readonly aws: AwsSetup;
}

/** Puts items into as few templates as FIS's quotas allow: one region, twenty actions, twelve hours each. */
export function compileTemplates(items: readonly FisItem[], frame: TemplateFrame): FisTemplate[] {
  const regions = [...new Set(items.map(({ region }) => region))];
  const parts = regions.flatMap((region) => partition(items.filter((item) => item.region === region)));
  const sorted = parts.toSorted((a, b) => startOf(a) - startOf(b));
  return sorted.map((part, index) => {
    const suffix = sorted.length === 1 ? '' : `-${index + 1}`;
    const what = sorted.length === 1 ? '' : ` (${index + 1} of ${sorted.length})`;
    const startMs = startOf(part);
    return {
      name: `${frame.name}${suffix}`,
      region: part[0]?.region ?? '',
      startMs,
      endMs: endOf(part),
      body: bodyOf(part, `${frame.title}${what}`, `${frame.name}${suffix}`, frame),
    };
  });
}

const between = (item: FisItem, fromMs: number, toMs: number): FisItem => ({ ...item, fromMs, toMs });
const startOf = (items: readonly FisItem[]): number => Math.min(...items.map(({ fromMs }) => fromMs));
const endOf = (items: readonly FisItem[]): number => Math.max(...items.map(({ toMs }) => toMs));

/** Splits what is too much for one template at a moment in its middle; what goes on then goes on in the next. */
function partition(items: readonly FisItem[]): FisItem[][] {
  const startMs = startOf(items);
  const starts = [...new Set(items.map(({ fromMs }) => fromMs))].toSorted((a, b) => a - b);
  const tooLong = endOf(items) - startMs > AWS_DURATION_MS_MAX;
  const tooMany = Object.keys(placed(items)).length > ACTIONS_MAX && starts.length > 1;
  if (!tooLong && !tooMany) return [[...items]];
  const middle = starts[Math.floor(starts.length / 2)] ?? startMs;
  const at = tooLong ? Math.min(startMs + AWS_DURATION_MS_MAX, middle > startMs ? middle : Infinity) : middle;
  const before = items
    .filter(({ fromMs }) => fromMs < at)
    .map((item) => between(item, item.fromMs, Math.min(item.toMs, at)));
  const after = items
    .filter(({ fromMs, toMs }) => fromMs >= at || toMs > at)
    .map((item) => between(item, Math.max(item.fromMs, at), item.toMs));
  return [...partition(before), ...partition(after)];
}

const after = (anchor: string | null): { startAfter?: string[] } => (anchor === null ? {} : { startAfter: [anchor] });

/** The actions of a template by name, with waits where nothing else ends in time. */
function placed(items: readonly FisItem[]): Record<string, TemplateAction> {
  const zeroMs = startOf(items);
  const sorted = items.toSorted((a, b) => a.fromMs - b.fromMs);
  /** What ends at a moment, to start after. */
  const anchors = new Map<number, string | null>([[zeroMs, null]]);
  const actions: Record<string, TemplateAction> = {};
  const counts = new Map<string, number>();
  const nameFor = (word: string): string => {
    const count = (counts.get(word) ?? 0) + 1;
    counts.set(word, count);
    return `${word}-${count}`;
  };
  for (const item of sorted) {
    if (!anchors.has(item.fromMs)) {
      const fromMs = Math.max(...[...anchors.keys()].filter((ms) => ms < item.fromMs));
      const wait = nameFor('wait');
      const parameters = { duration: formatIsoDuration(item.fromMs - fromMs) };
      actions[wait] = { actionId: 'aws:fis:wait', parameters, ...after(anchors.get(fromMs) ?? null) };
      anchors.set(item.fromMs, wait);
    }
    const name = nameFor(item.name);
    actions[name] = {
      actionId: item.actionId,
      description: item.description,
      parameters: { ...item.parameters, ...durationParameter(item) },
      ...(item.target === null ? {} : { targets: { [item.target.key]: item.target.name } }),
      ...after(anchors.get(item.fromMs) ?? null),
    };
    if (item.instant !== true && !anchors.has(item.toMs)) anchors.set(item.toMs, name);
  }
  return actions;
}

function bodyOf(
  items: readonly FisItem[],
  description: string,
  name: string,
  { aws, name: scenario }: TemplateFrame,
): TemplateBody {
  const targets: Record<string, TemplateTarget> = {};
  for (const { target } of items) if (target !== null) targets[target.name] = target.target;
  const stopConditions = aws.alarms.map((value) => ({ source: 'aws:cloudwatch:alarm', value }));
  const { logs, report } = aws;
  return {
    description: `Gameday: ${description}`.slice(0, 512),
    targets,
    actions: placed(items),
    stopConditions: stopConditions.length === 0 ? [{ source: 'none' }] : stopConditions,
    roleArn: aws.role,
    tags: { Name: `gameday ${name}`, 'gameday:scenario': scenario, 'gameday:template': name },
    ...(logs === undefined
      ? {}
      : { logConfiguration: { cloudWatchLogsConfiguration: { logGroupArn: logs }, logSchemaVersion: 2 } }),
    experimentOptions: { accountTargeting: 'single-account', emptyTargetResolutionMode: 'fail' },
    ...(report === undefined
      ? {}
      : {
          experimentReportConfiguration: {
            outputs: {
              s3Configuration: {
                bucketName: report.bucket,
                ...(report.prefix === undefined ? {} : { prefix: report.prefix }),
              },
            },
          },
        }),
  };
}
