import type { TemplateBody } from '../core/template-body.ts';
import type { ExperimentRecord, TemplateRecord } from './records.ts';

type Json = Record<string, unknown>;

/** FIS tells times as seconds since 1970. */
const seconds = (ms: number): number => Math.round(ms) / 1_000;

const options = ({ experimentOptions }: TemplateBody): Json => ({
  accountTargeting: experimentOptions?.accountTargeting ?? 'single-account',
  emptyTargetResolutionMode: experimentOptions?.emptyTargetResolutionMode ?? 'fail',
});

/** Both templates and experiments show what the template says. */
const shared = (body: TemplateBody): Json => ({
  targets: body.targets ?? {},
  stopConditions: body.stopConditions,
  roleArn: body.roleArn,
  ...(body.logConfiguration === undefined ? {} : { logConfiguration: body.logConfiguration }),
  ...(body.experimentReportConfiguration === undefined
    ? {}
    : { experimentReportConfiguration: body.experimentReportConfiguration }),
});

export const templateView = ({ id, arn, body, createdMs, updatedMs, tags, accounts }: TemplateRecord): Json => ({
  id,
  arn,
  description: body.description,
  ...shared(body),
  actions: body.actions,
  creationTime: seconds(createdMs),
  lastUpdateTime: seconds(updatedMs),
  tags,
  experimentOptions: options(body),
  targetAccountConfigurationsCount: accounts.size,
});

export const templateSummary = ({ id, arn, body, createdMs, updatedMs, tags }: TemplateRecord): Json => ({
  id,
  arn,
  description: body.description,
  creationTime: seconds(createdMs),
  lastUpdateTime: seconds(updatedMs),
  tags,
});

/** @param epochMs what a moment of the endpoint's clock is since 1970 */
export function experimentView(record: ExperimentRecord, epochMs: (clockMs: number) => number): Json {
  const { id, arn, templateId, body, run, createdMs, tags, accounts } = record;
  const time = (name: string, ms: number | null): Json => (ms === null ? {} : { [name]: seconds(epochMs(ms)) });
  const actions = Object.entries(body.actions).map(([name, action]) => {
    const { status = 'pending', reason = null, startedMs = null, endedMs = null } = run.actions[name] ?? {};
    const state = { status, ...(reason === null ? {} : { reason }) };
    return [name, { ...action, state, ...time('startTime', startedMs), ...time('endTime', endedMs) }];
  });
  return {
    id,
    arn,
    experimentTemplateId: templateId,
    ...shared(body),
    state: state(record),
    actions: Object.fromEntries(actions),
    creationTime: seconds(createdMs),
    ...time('startTime', run.startedMs),
    ...time('endTime', run.endedMs),
    tags,
    experimentOptions: { ...options(body), actionsMode: record.actionsMode },
    targetAccountConfigurationsCount: accounts.size,
  };
}

const state = ({ run }: ExperimentRecord): Json => ({
  status: run.status,
  ...(run.reason === null ? {} : { reason: run.reason }),
});

export const experimentSummary = (record: ExperimentRecord): Json => ({
  id: record.id,
  arn: record.arn,
  experimentTemplateId: record.templateId,
  state: state(record),
  creationTime: seconds(record.createdMs),
  tags: record.tags,
  experimentOptions: { ...options(record.body), actionsMode: record.actionsMode },
});
