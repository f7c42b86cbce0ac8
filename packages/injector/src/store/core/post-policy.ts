import { z } from 'zod';
import { parseIsoTime } from './calendar.ts';
import { S3Error } from './s3-error.ts';

const conditionSchema = z.union([
  z.record(z.string(), z.string()),
  z.tuple([z.string(), z.union([z.string(), z.number()]), z.union([z.string(), z.number()])]),
]);
const policySchema = z.object({ expiration: z.string(), conditions: z.array(conditionSchema) });

export interface PostPolicy {
  readonly expiresMs: number;
  readonly conditions: readonly PostCondition[];
}

type PostCondition =
  | { readonly kind: 'eq' | 'starts-with'; readonly field: string; readonly value: string }
  | { readonly kind: 'length'; readonly min: number; readonly max: number };

const invalid = (message: string): S3Error =>
  new S3Error('InvalidPolicyDocument', { message: `Invalid Policy: ${message}` });

/** Reads the policy of an upload form. @throws S3Error InvalidPolicyDocument */
export function readPostPolicy(text: string): PostPolicy {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalid('Invalid JSON.');
  }
  const parsed = policySchema.safeParse(json);
  if (!parsed.success) throw invalid(parsed.error.issues[0]?.message ?? 'Invalid JSON.');
  const expiresMs = parseIsoTime(parsed.data.expiration);
  if (expiresMs === undefined) throw invalid(`Invalid 'expiration' value: '${parsed.data.expiration}'`);
  return { expiresMs, conditions: parsed.data.conditions.flatMap(readCondition) };
}

function readCondition(condition: z.infer<typeof conditionSchema>): readonly PostCondition[] {
  if (!Array.isArray(condition)) {
    if (Object.keys(condition).length !== 1)
      throw invalid('Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.');
    return Object.entries(condition).map(([field, value]) => ({ kind: 'eq', field: field.toLowerCase(), value }));
  }
  const [name, second, third] = condition;
  const kind = name.toLowerCase();
  if (kind === 'content-length-range') {
    const min = Number(second);
    const max = Number(third);
    if (!Number.isInteger(min) || !Number.isInteger(max) || min < 0) throw invalid('Invalid content-length-range');
    return [{ kind: 'length', min, max }];
  }
  if (kind !== 'eq' && kind !== 'starts-with') throw invalid(`Invalid Simple-Condition: ${name}`);
  const field = String(second);
  if (!field.startsWith('$')) throw invalid(`Invalid Simple-Condition: ${field}`);
  return [{ kind, field: field.slice(1).toLowerCase(), value: String(third) }];
}

/** Fields that carry the form's own machinery, and so need no condition. */
const exempt = /^(awsaccesskeyid|x-amz-signature|signature|file|policy|bucket|x-ignore-.*|x-amz-checksum-.*)$/;

const denied = (reason: string): S3Error =>
  new S3Error('AccessDenied', { message: `Invalid according to Policy: ${reason}` });

/**
 * Holds a form to its policy; `fields` have lower-case names. The bucket that it is sent to counts as a field.
 * @returns the least and the greatest size of the file, in bytes
 * @throws S3Error AccessDenied
 */
export function checkPostPolicy(
  policy: PostPolicy,
  fields: ReadonlyMap<string, string>,
  bucket: string,
  nowMs: number,
): { readonly min: number; readonly max: number } {
  if (nowMs > policy.expiresMs) throw denied('Policy expired.');
  let range = { min: 0, max: Number.MAX_SAFE_INTEGER };
  const covered = new Set<string>();
  for (const condition of policy.conditions) {
    if (condition.kind === 'length') {
      range = { min: condition.min, max: condition.max };
      continue;
    }
    const { kind, field, value } = condition;
    covered.add(field);
    // Where the form is sent counts, not what it says of it.
    const actual = field === 'bucket' ? bucket : fields.get(field);
    const holds = actual !== undefined && (kind === 'eq' ? actual === value : actual.startsWith(value));
    if (!holds) throw denied(`Policy Condition failed: ["${kind}", "$${field}", "${value}"]`);
  }
  for (const name of fields.keys()) {
    if (!covered.has(name) && !exempt.test(name)) {
      throw denied(`Extra input fields: ${name}`);
    }
  }
  return range;
}
