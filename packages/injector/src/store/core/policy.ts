import { z } from 'zod';
import { S3Error } from './s3-error.ts';

const oneOrMany = z.union([z.string(), z.array(z.string())]);
const principalSchema = z.union([z.literal('*'), z.record(z.string(), oneOrMany)]);
const conditionValue = z.union([z.string(), z.number(), z.boolean()]);
const statementSchema = z.object({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: principalSchema.optional(),
  NotPrincipal: principalSchema.optional(),
  Action: oneOrMany.optional(),
  NotAction: oneOrMany.optional(),
  Resource: oneOrMany.optional(),
  NotResource: oneOrMany.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.union([conditionValue, z.array(conditionValue)]))).optional(),
});
const policySchema = z.object({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z.union([statementSchema, z.array(statementSchema)]),
});

type Statement = z.infer<typeof statementSchema>;
export type BucketPolicy = readonly Statement[];

const malformed = (message: string): S3Error => new S3Error('MalformedPolicy', { message });
const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

type Compare = (actual: string, wanted: string) => boolean;

/** The condition operators that are here; a policy with another one is refused rather than misread. */
const operators: Readonly<Record<string, Compare>> = {
  StringEquals: (actual, wanted) => actual === wanted,
  StringNotEquals: (actual, wanted) => actual !== wanted,
  StringEqualsIgnoreCase: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  StringLike: (actual, wanted) => glob(wanted).test(actual),
  StringNotLike: (actual, wanted) => !glob(wanted).test(actual),
  ArnEquals: (actual, wanted) => glob(wanted).test(actual),
  ArnLike: (actual, wanted) => glob(wanted).test(actual),
  NumericEquals: (actual, wanted) => Number(actual) === Number(wanted),
  NumericLessThan: (actual, wanted) => Number(actual) < Number(wanted),
  NumericLessThanEquals: (actual, wanted) => Number(actual) <= Number(wanted),
  NumericGreaterThan: (actual, wanted) => Number(actual) > Number(wanted),
  NumericGreaterThanEquals: (actual, wanted) => Number(actual) >= Number(wanted),
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  IpAddress: (actual, wanted) => inNetwork(actual, wanted),
  NotIpAddress: (actual, wanted) => !inNetwork(actual, wanted),
};

const globs = new Map<string, RegExp>();

/** `*` is any run of characters, `?` any one. */
function glob(pattern: string): RegExp {
  const known = globs.get(pattern);
  if (known !== undefined) return known;
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, 's');
  globs.set(pattern, expression);
  return expression;
}

const toNumber = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

function inNetwork(address: string, network: string): boolean {
  const [base = '', bits = '32'] = network.split('/');
  const size = 2 ** (32 - Number(bits));
  return Math.floor(toNumber(address) / size) === Math.floor(toNumber(base) / size);
}

/**
 * Reads a bucket policy and holds it to S3's rules.
 * @throws S3Error MalformedPolicy, NotImplemented for a condition operator that is not here
 */
export function readPolicy(text: string, bucket: string): BucketPolicy {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw malformed("Policies must be valid JSON and the first byte must be '{'");
  }
  const parsed = policySchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw malformed(`Policy is not valid at ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const { Statement: statements } = parsed.data;
  const policy = Array.isArray(statements) ? statements : [statements];
  for (const statement of policy) checkStatement(statement, bucket);
  return policy;
}

function checkStatement(statement: Statement, bucket: string): void {
  if (statement.Principal === undefined && statement.NotPrincipal === undefined) {
    throw malformed('Missing required field Principal');
  }
  if (statement.Effect === 'Allow' && statement.NotPrincipal !== undefined) {
    throw malformed('Allow with NotPrincipal is not allowed.');
  }
  const actions = [...listOf(statement.Action), ...listOf(statement.NotAction)];
  if (actions.length === 0) throw malformed('Missing required field Action');
  if (actions.some((action) => action !== '*' && !/^s3:[A-Za-z*?]+$/.test(action))) {
    throw malformed('Policy has invalid action');
  }
  const resources = [...listOf(statement.Resource), ...listOf(statement.NotResource)];
  if (resources.length === 0) throw malformed('Missing required field Resource');
  const inside = new RegExp(`^(\\*|arn:aws[a-z-]*:s3:::(${glob(bucket).source.slice(1, -1)}(/.*)?|\\*.*))$`, 's');
  if (resources.some((resource) => !inside.test(resource))) throw malformed('Policy has invalid resource');
  for (const operator of Object.keys(statement.Condition ?? {})) {
    if (operators[plainOperator(operator)] === undefined) {
      throw new S3Error('NotImplemented', { details: { Header: `policy condition ${operator}` } });
    }
  }
}

const plainOperator = (operator: string): string =>
  operator.replace(/^ForA(ny|ll)Value(s)?:/, '').replace(/IfExists$/, '');

/** One request in the terms of a policy. */
export interface PolicyRequest {
  /** Undefined for the anonymous. */
  readonly principal: { readonly accountId: string; readonly canonicalId: string } | undefined;
  /** e.g. `s3:GetObject`. */
  readonly action: string;
  /** `bucket` or `bucket/key`. */
  readonly resource: string;
  /** Condition keys in lower case. */
  readonly context: ReadonlyMap<string, string>;
}

/** A denial outranks every permission. */
export function judgePolicy(policy: BucketPolicy, request: PolicyRequest): 'allow' | 'deny' | 'silent' {
  const applying = policy.filter((statement) => applies(statement, request));
  if (applying.some(({ Effect }) => Effect === 'Deny')) return 'deny';
  return applying.length > 0 ? 'allow' : 'silent';
}

const named = (list: string | readonly string[], value: string): boolean =>
  listOf(list).some((pattern) => glob(pattern.toLowerCase()).test(value.toLowerCase()));

function applies(statement: Statement, request: PolicyRequest): boolean {
  const at = (list: string | readonly string[]): boolean =>
    listOf(list).some((pattern) => glob(pattern.replace(/^arn:aws[a-z-]*:s3:::/, '')).test(request.resource));
  return (
    (statement.Principal === undefined || isPrincipal(statement.Principal, request)) &&
    (statement.NotPrincipal === undefined || !isPrincipal(statement.NotPrincipal, request)) &&
    (statement.Action === undefined || named(statement.Action, request.action)) &&
    (statement.NotAction === undefined || !named(statement.NotAction, request.action)) &&
    (statement.Resource === undefined || at(statement.Resource)) &&
    (statement.NotResource === undefined || !at(statement.NotResource)) &&
    holds(statement.Condition ?? {}, request.context)
  );
}

function isPrincipal(principal: z.infer<typeof principalSchema>, { principal: who }: PolicyRequest): boolean {
  if (principal === '*') return true;
  const accounts = listOf(principal['AWS']);
  if (accounts.includes('*')) return true;
  if (who === undefined) return false;
  return (
    listOf(principal['CanonicalUser']).includes(who.canonicalId) ||
    accounts.some((arn) => arn === who.accountId || arn.startsWith(`arn:aws:iam::${who.accountId}:`))
  );
}

function holds(conditions: NonNullable<Statement['Condition']>, context: ReadonlyMap<string, string>): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, value]) => {
      const actual = context.get(key.toLowerCase());
      const name = plainOperator(operator);
      const wanted = (Array.isArray(value) ? value : [value]).map(String);
      if (actual === undefined) return operator.endsWith('IfExists') || name.includes('Not');
      const compare = operators[name];
      if (compare === undefined) return false;
      const test = (one: string): boolean => compare(actual, one);
      return name.includes('Not') ? wanted.every(test) : wanted.some(test);
    }),
  );
}

/** Whether a policy lets the world in: any principal, without a condition that narrows the origin of requests. */
export const isPublicPolicy = (policy: BucketPolicy): boolean =>
  policy.some(
    ({ Effect, Principal, Condition }) =>
      Effect === 'Allow' &&
      (Principal === '*' || (Principal !== undefined && listOf(Principal['AWS']).includes('*'))) &&
      Condition === undefined,
  );
