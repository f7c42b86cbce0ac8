import { z } from 'zod';
import { durationSchema } from '../words/duration.ts';
import type { AlarmExpectation, AlarmRule, Comparison, PlannedAlarm, PlannedProbe } from '../planned-watch.ts';
import { isRegex } from './target-capture.ts';
import { labelsSchema, watchIdSchema } from './target-probe.ts';

const text = z.string().min(1);
const pattern = text.refine(isRegex, { error: 'must be a regular expression' });
const servers = z.number().int().min(1).max(16).default(1).describe('On at least so many servers. Default 1.');
const COMPARISON = /^(==|!=|>=|<=|>|<)\s*(-?\d+(?:\.\d+)?)$/;
const OPERATORS: Readonly<Record<string, Comparison['operator']>> = {
  '==': '==',
  '!=': '!=',
  '>': '>',
  '>=': '>=',
  '<': '<',
  '<=': '<=',
};

const comparisonSchema = z
  .string()
  .regex(COMPARISON, 'must be a comparison with a number such as "== 1" or ">= 0.5"')
  .transform((line): Comparison => {
    const [, operator = '', value = ''] = COMPARISON.exec(line) ?? [];
    return { operator: OPERATORS[operator] ?? '==', value: Number(value) };
  });

const probe = watchIdSchema.optional().describe('Which of the probes. Default: the first of its kind.');

const gaugeSchema = z
  .strictObject({
    metric: text.describe('A metric of the app.'),
    where: labelsSchema.default({}).describe('Labels that a series must have to count.'),
    is: comparisonSchema.prefault('> 0').describe('What a series must be: "== 1". Default > 0.'),
    servers,
    same: text.optional().describe('A label that must be the same on all of these servers: region.'),
    all: text.optional().describe('A label of which every value must be so on a server for it to count: region.'),
    probe,
  })
  .refine(({ same, all }) => same === undefined || all === undefined, {
    error: 'has both same and all: one alarm is about one of them',
  });

const RULES = ['gauge', 'health', 'webhook', 'log'] as const;
const EXPECTATIONS = ['fires', 'quiet', 'any'] as const;
const expectation = z.enum(EXPECTATIONS);

/** How the app raises an alarm that its operators would see. */
export const alarmSchema = z
  .strictObject({
    id: watchIdSchema,
    severity: z.enum(['info', 'warning', 'critical']).default('warning').describe('Default warning.'),
    gauge: gaugeSchema.optional().describe('A rule over the metrics that are scraped from the servers.'),
    health: z.strictObject({ servers, probe }).optional().describe('A health route that fails.'),
    webhook: z
      .strictObject({ name: pattern.optional().describe('Which alerts, by their name. Default any.') })
      .optional()
      .describe('What the app sends to GAMEDAY_ALERTMANAGER_URL or GAMEDAY_PAGERDUTY_URL.'),
    log: z
      .strictObject({
        fires: pattern.describe('A line that matches raises it.'),
        clears: pattern.optional().describe('A line that matches clears it.'),
        quiet: durationSchema
          .prefault('10s')
          .describe('Without clears: cleared by so long without a line. Default 10s.'),
        servers,
      })
      .optional()
      .describe('Lines that the app prints.'),
    for: durationSchema.prefault('0s').describe('Must hold for so long before the alarm fires. Default 0s.'),
    expect: z
      .union([expectation, z.record(z.string(), expectation)], {
        error: 'must be fires, quiet or any, or one of them by scenario: {region-blackout: fires}',
      })
      .default('any')
      .describe('Whether it should go off while S3 fails: fires, quiet or any; or by scenario’s name. Default any.'),
  })
  .superRefine((alarm, context) => {
    const rules = RULES.filter((rule) => alarm[rule] !== undefined);
    if (rules.length === 1) return;
    const message = rules.length === 0 ? `needs one of ${RULES.join(', ')}` : `has ${rules.join(' and ')}: keep one`;
    context.addIssue({ code: 'custom', message });
  });
export type TargetAlarm = z.output<typeof alarmSchema>;

const IMPLIED = {
  http: (readyPath: string): PlannedProbe => ({
    id: 'health',
    kind: 'http',
    path: readyPath,
    statuses: [200],
    contains: null,
    everyMs: 1_000,
    withinMs: 2_000,
  }),
  metrics: (): PlannedProbe => ({
    id: 'metrics',
    kind: 'metrics',
    path: '/metrics',
    metric: null,
    where: {},
    everyMs: 1_000,
    withinMs: 2_000,
  }),
} as const;

/** The probes that a target declares, and those that its alarms cannot do without. */
export function withImpliedProbes(
  probes: readonly PlannedProbe[],
  alarms: readonly TargetAlarm[],
  readyPath: string,
): PlannedProbe[] {
  const wants = (rule: 'gauge' | 'health') => alarms.some((alarm) => alarm[rule] !== undefined && !alarm[rule]?.probe);
  const has = (kind: PlannedProbe['kind']): boolean => probes.some((one) => one.kind === kind);
  return [
    ...probes,
    ...(wants('health') && !has('http') ? [IMPLIED.http(readyPath)] : []),
    ...(wants('gauge') && !has('metrics') ? [IMPLIED.metrics()] : []),
  ];
}

/** An alarm whose expectations still differ from scenario to scenario. */
export interface DeclaredAlarm extends Omit<PlannedAlarm, 'expect'> {
  readonly expect: AlarmExpectation | Readonly<Record<string, AlarmExpectation>>;
}

export function declaredAlarm(alarm: TargetAlarm, probes: readonly PlannedProbe[]): DeclaredAlarm {
  const { id, severity, expect } = alarm;
  return { id, severity, rule: ruleOf(alarm, probes), forMs: alarm.for, expect };
}

/** @param scenario its name */
export function plannedAlarm({ expect, ...alarm }: DeclaredAlarm, scenario: string): PlannedAlarm {
  return { ...alarm, expect: typeof expect === 'string' ? expect : (expect[scenario] ?? 'any') };
}

function ruleOf({ gauge, health, webhook, log }: TargetAlarm, probes: readonly PlannedProbe[]): AlarmRule {
  const first = (kind: PlannedProbe['kind']): string => probes.find((one) => one.kind === kind)?.id ?? kind;
  if (gauge !== undefined) {
    const { metric, where, is, same = null, all = null } = gauge;
    return {
      kind: 'gauge',
      probe: gauge.probe ?? first('metrics'),
      metric,
      where,
      is,
      servers: gauge.servers,
      same,
      all,
    };
  }
  if (health !== undefined) return { kind: 'health', probe: health.probe ?? first('http'), servers: health.servers };
  if (log !== undefined) {
    return { kind: 'log', fires: log.fires, clears: log.clears ?? null, quietMs: log.quiet, servers: log.servers };
  }
  return { kind: 'webhook', name: webhook?.name ?? null };
}
