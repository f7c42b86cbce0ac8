import { actionCatalogue, isLocalAction, resourceTypeCatalogue } from './action-catalogue.ts';
import { AWS_DURATION_MS_MAX, AWS_DURATION_MS_MIN, parseIsoDuration } from './iso-duration.ts';
import type { TemplateAction, TemplateBody, TemplateTarget } from './template-body.ts';

/** Where a template is to run: AWS, or the local endpoint, which has shorter durations, more actions, and guardrails. */
export type Venue = 'aws' | 'local';

/** FIS's default quotas. */
export const ACTIONS_MAX = 20;
const STOP_CONDITIONS_MAX = 5;

export interface TemplateProblem {
  readonly error: 'ValidationException' | 'ResourceNotFoundException' | 'ServiceQuotaExceededException';
  readonly message: string;
}

/** The stop conditions that the local endpoint has beside alarms. */
const LOCAL_STOP_SOURCES = ['gameday:guardrail', 'gameday:stop-file'] as const;

const SCOPES = ['all', 'availability-zone', 'dynamodb', 'prefix-list', 's3', 'vpc'];
const LOCAL_DURATION_MS_MIN = 1_000;

const invalid = (message: string): TemplateProblem => ({ error: 'ValidationException', message });

/** What FIS refuses in a template beyond its shapes: references, parameters, durations, quotas. Empty for nothing. */
export function templateProblems(body: TemplateBody, venue: Venue): TemplateProblem[] {
  const { actions, targets = {}, stopConditions, roleArn } = body;
  const count = Object.keys(actions).length;
  return [
    ...(count === 0 ? [invalid('A template needs at least one action.')] : []),
    ...(count > ACTIONS_MAX ? [quota(`${count} actions`, `${ACTIONS_MAX} actions`)] : []),
    ...(stopConditions.length > STOP_CONDITIONS_MAX
      ? [quota(`${stopConditions.length} stop conditions`, `${STOP_CONDITIONS_MAX} stop conditions`)]
      : []),
    ...(/^arn:aws[\w-]*:iam::\d{12}:role\/\S+$/.test(roleArn) ? [] : [invalid(`${roleArn} is not the ARN of a role.`)]),
    ...Object.entries(targets).flatMap(([name, target]) => targetProblems(name, target)),
    ...Object.entries(actions).flatMap(([name, action]) => actionProblems(name, action, body, venue)),
    ...cycleProblems(actions),
    ...stopConditions.flatMap((condition) => stopProblems(condition, venue)),
  ];
}

const quota = (given: string, limit: string): TemplateProblem => ({
  error: 'ServiceQuotaExceededException',
  message: `The template has ${given}; the quota is ${limit} per template.`,
});

function targetProblems(name: string, target: TemplateTarget): TemplateProblem[] {
  const { resourceType, resourceArns = [], resourceTags = {}, filters = [], parameters = {}, selectionMode } = target;
  const type = resourceTypeCatalogue.get(resourceType);
  if (type === undefined) return [invalid(`Target ${name}: ${resourceType} is no resource type.`)];
  const byTags = Object.keys(resourceTags).length > 0 || filters.length > 0 || Object.keys(parameters).length > 0;
  const problems: TemplateProblem[] = [];
  if (resourceArns.length > 0 && byTags) {
    problems.push(invalid(`Target ${name}: give resourceArns, or tags, filters and parameters, not both.`));
  }
  if (resourceArns.length === 0 && !byTags) problems.push(invalid(`Target ${name} selects no resources.`));
  if (!/^(?:ALL|COUNT\([1-9]\d*\)|PERCENT\((?:[1-9]\d?|100)\))$/.test(selectionMode)) {
    problems.push(invalid(`Target ${name}: the selection mode is ALL, COUNT(n) or PERCENT(n).`));
  }
  for (const parameter of Object.keys(parameters)) {
    if (type.parameters[parameter] === undefined) {
      problems.push(invalid(`Target ${name}: ${resourceType} has no parameter ${parameter}.`));
    }
  }
  for (const [parameter, { required }] of Object.entries(type.parameters)) {
    if (required && parameters[parameter] === undefined && resourceArns.length === 0) {
      problems.push(invalid(`Target ${name}: ${resourceType} needs the parameter ${parameter}.`));
    }
  }
  return problems;
}

function actionProblems(name: string, action: TemplateAction, body: TemplateBody, venue: Venue): TemplateProblem[] {
  const { actionId, parameters = {}, targets = {}, startAfter = [] } = action;
  const known = actionCatalogue.get(actionId);
  if (known === undefined || (venue === 'aws' && isLocalAction(actionId))) {
    return [invalid(`Action ${name}: there is no action ${actionId}.`)];
  }
  const problems: TemplateProblem[] = [];
  const say = (message: string): void => void problems.push(invalid(`Action ${name}: ${message}`));
  for (const [parameter, { required }] of Object.entries(known.parameters)) {
    if (required && parameters[parameter] === undefined) say(`${actionId} needs the parameter ${parameter}.`);
  }
  for (const parameter of Object.keys(parameters)) {
    if (known.parameters[parameter] === undefined) say(`${actionId} has no parameter ${parameter}.`);
  }
  for (const [key, type] of Object.entries(known.targets)) {
    const target = body.targets?.[targets[key] ?? ''];
    if (targets[key] === undefined) say(`${actionId} needs the target ${key}.`);
    else if (target === undefined) say(`there is no target ${targets[key]}.`);
    else if (target.resourceType !== type) say(`${key} must be of type ${type}, not ${target.resourceType}.`);
  }
  for (const key of Object.keys(targets))
    if (known.targets[key] === undefined) say(`${actionId} has no target ${key}.`);
  for (const before of startAfter) {
    if (body.actions[before] === undefined) say(`it starts after ${before}, which is no action.`);
  }
  for (const problem of valueProblems(actionId, parameters, venue)) say(problem);
  return problems;
}

/** What is wrong with the values of an action's parameters. */
function valueProblems(actionId: string, parameters: Readonly<Record<string, string>>, venue: Venue): string[] {
  const problems: string[] = [];
  for (const name of ['duration', 'startInstancesAfterDuration']) {
    const text = parameters[name];
    if (text === undefined) continue;
    const ms = parseIsoDuration(text);
    const min = venue === 'aws' ? AWS_DURATION_MS_MIN : LOCAL_DURATION_MS_MIN;
    if (ms === null || ms < min || ms > AWS_DURATION_MS_MAX) {
      problems.push(`${name} is ${text}; it must be an ISO 8601 duration from PT1M to PT12H.`);
    }
  }
  const { percentage, scope, service, region } = parameters;
  if (percentage !== undefined && !/^(?:[1-9]\d?|100)$/.test(percentage)) {
    problems.push(`percentage is ${percentage}; it must be from 1 to 100.`);
  }
  if (actionId === 'aws:network:disrupt-connectivity' && scope !== undefined && !SCOPES.includes(scope)) {
    problems.push(`scope is ${scope}; it must be one of ${SCOPES.join(', ')}.`);
  }
  if (actionId.startsWith('aws:fis:inject-api-') && service !== undefined && !['ec2', 'kinesis'].includes(service)) {
    problems.push(`service is ${service}; FIS injects errors into the APIs of ec2 and kinesis alone.`);
  }
  if (region !== undefined && !/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region)) problems.push(`${region} is no region.`);
  return problems;
}

function cycleProblems(actions: TemplateBody['actions']): TemplateProblem[] {
  const done = new Set<string>();
  const names = Object.keys(actions);
  for (let found = true; found;) {
    found = false;
    for (const name of names) {
      if (done.has(name)) continue;
      const waits = (actions[name]?.startAfter ?? []).some(
        (before) => actions[before] !== undefined && !done.has(before),
      );
      if (waits) continue;
      done.add(name);
      found = true;
    }
  }
  const stuck = names.filter((name) => !done.has(name));
  return stuck.length === 0 ? [] : [invalid(`Actions wait for each other in a circle: ${stuck.join(', ')}.`)];
}

function stopProblems(condition: TemplateBody['stopConditions'][number], venue: Venue): TemplateProblem[] {
  const { source, value } = condition;
  if (source === 'none') return value === undefined ? [] : [invalid('The stop condition none takes no value.')];
  if (source === 'aws:cloudwatch:alarm') {
    const fits = value !== undefined && /^arn:aws[\w-]*:cloudwatch:[a-z0-9-]+:\d{12}:alarm:.+$/.test(value);
    return fits ? [] : [invalid('A stop condition of CloudWatch needs the ARN of an alarm.')];
  }
  const local: readonly string[] = LOCAL_STOP_SOURCES;
  if (venue === 'aws' || !local.includes(source)) return [invalid(`${source} is no source of stop conditions.`)];
  return value === undefined ? [invalid(`The stop condition ${source} needs a value.`)] : [];
}
