import {
  blastRadiusSchema,
  checkTimeline,
  distributionSchema,
  errorCodes,
  faultSchema,
  operationNames,
  type FaultWindow,
} from '@gameday/injector';
import { z } from 'zod';
import { parseDuration } from '../words/duration.ts';
import { wordHint } from '../words/nearest-word.ts';
import { isRecord } from '../source/schema-words.ts';
import { isRegionName } from '../words/template.ts';

/** Stands for the target's own region in scenarios that are not about one region of AWS. */
export const HOME = 'home';
/** Stands for every region that the target knows, where a whole provider fails. */
export const EVERYWHERE = 'everywhere';

const share = z.number().min(0).max(1);

/** How many of the exchanges in the blast radius a fault strikes. */
const shareSchema = z
  .union([share, z.strictObject({ from: share, to: share, curve: z.enum(['linear', 'exponential']).optional() })], {
    error: 'must be a number from 0 to 1, or {from, to} for a share that moves over the phase',
  })
  .default(1)
  .describe(
    'Share of the exchanges it strikes, 0 to 1; {from, to} moves over the phase, in a straight line or, with `curve: exponential`, slowly first and then faster and faster: what spreads the more, the further it has spread. Default 1.',
  );

/** A word that must be one of S3's own; the complaint names the nearest. */
function wordOfS3(word: string, what: string, words: readonly string[]): string | null {
  if (words.includes(word)) return null;
  const hint = wordHint(word, words);
  return `"${word}" is no ${what} of S3${hint === null ? '' : `; ${hint}`}`;
}

const operationSchema = z.string().superRefine((name, context) => {
  const message = wordOfS3(name, 'operation', operationNames);
  if (message !== null) context.addIssue({ code: 'custom', message });
});

const knownFaultSchema = faultSchema.superRefine((fault, context) => {
  const message = fault.kind === 'http-error' ? wordOfS3(fault.code, 'error', errorCodes) : null;
  if (message !== null) context.addIssue({ code: 'custom', path: ['code'], message });
});

/**
 * One fault of a phase, and whom it may strike. Where several of a phase strike the same exchange the first in the list
 * decides, so a later share is a share of what the earlier ones left.
 */
export const faultEntrySchema = z
  .strictObject({
    ...blastRadiusSchema.shape,
    regions: z
      .array(
        z.string().refine((name) => name === HOME || name === EVERYWHERE || isRegionName(name), {
          error: 'must be an AWS region such as us-east-1, or home for the target’s own',
        }),
      )
      .min(1)
      .describe(
        'AWS regions, home for the region that the target lives in, or everywhere for all that it knows. What is not named is never touched.',
      ),
    classes: blastRadiusSchema.shape.classes.describe('Only these classes of S3 operations: read, write, delete.'),
    operations: z.array(operationSchema).min(1).optional().describe('Only these S3 operations, GetObject for example.'),
    buckets: blastRadiusSchema.shape.buckets.describe('Only these buckets.'),
    prefixes: blastRadiusSchema.shape.prefixes.describe('Only keys that begin with one of these.'),
    share: shareSchema,
    fault: knownFaultSchema.describe(
      'What goes wrong: a word such as silent or SlowDown, or the fault with its attributes.',
    ),
    inFlight: z
      .enum(['spare', 'cut'])
      .optional()
      .describe(
        'Exchanges already in flight when it begins. Default: cut where a refuse, silent, reset or blackout begins that the phase before did not have, else spare.',
      ),
  })
  .superRefine((entry, context) => {
    const { share: written, fault, inFlight, ...where } = entry;
    const ramp = typeof written === 'number' ? { from: written, to: written } : written;
    const shareOk = Math.min(ramp.from, ramp.to) >= 0 && Math.max(ramp.from, ramp.to) <= 1;
    if (!shareOk || (fault.kind === 'http-error' && !errorCodes.includes(fault.code))) return;
    // What the injector would refuse to start is refused here, where there is a line to point at.
    const operations = where.operations?.filter((name) => operationNames.includes(name));
    const window: FaultWindow = {
      id: '',
      startMs: 0,
      endMs: 1,
      where: { ...where, operations },
      share: ramp,
      fault,
      inFlight: inFlight ?? 'spare',
    };
    for (const problem of checkTimeline({ windows: [window] })) {
      context.addIssue({ code: 'custom', path: ['fault'], message: problem.replace(/^window : /, '') });
    }
  });
export type FaultEntry = z.output<typeof faultEntrySchema>;

/** Every kind of fault, and those that need no further attribute and so may be written as one word. */
const FAULT_KINDS: readonly string[] = faultSchema.options.map((option) => option.shape.kind.value);
const BARE_KINDS = FAULT_KINDS.filter((kind) => faultSchema.safeParse({ kind }).success);

const ERROR_CODE = /^[A-Z][A-Za-z]+$/;
const RANGE = /^(\S+?)\.\.(\S+)$/;

/**
 * Writes a fault out: `silent` is `{kind: silent}`, `SlowDown` is `{kind: http-error, code: SlowDown}`; a duration `2s`
 * is a constant distribution, `20s..60s` a uniform one, `{p50: 2s, p99: 10s}` a lognormal one.
 * What is none of these comes back as it was, for the schema to refuse.
 */
export function expandFault(written: unknown): unknown {
  if (typeof written === 'string') {
    return ERROR_CODE.test(written) ? { kind: 'http-error', code: written } : { kind: written };
  }
  if (!isRecord(written)) return written;
  return Object.fromEntries(Object.entries(written).map(([name, value]) => [name, expandDistribution(value)]));
}

function expandDistribution(written: unknown): unknown {
  if (typeof written === 'string') {
    const constantMs = parseDuration(written);
    if (constantMs !== null) return { shape: 'constant', ms: constantMs };
    const [, from = '', to = ''] = RANGE.exec(written) ?? [];
    const fromMs = parseDuration(from);
    const toMs = parseDuration(to);
    return fromMs === null || toMs === null ? written : { shape: 'uniform', fromMs, toMs };
  }
  if (!isRecord(written) || typeof written['p50'] !== 'string' || typeof written['p99'] !== 'string') return written;
  const p50Ms = parseDuration(written['p50']);
  const p99Ms = parseDuration(written['p99']);
  return p50Ms === null || p99Ms === null ? written : { shape: 'lognormal', p50Ms, p99Ms };
}

const durationJson = { type: 'string', pattern: '^[0-9.]+(ms|s|m|h)(\\.\\.[0-9.]+(ms|s|m|h))?$' };
const quantilesJson = {
  type: 'object',
  properties: { p50: durationJson, p99: durationJson },
  required: ['p50', 'p99'],
  additionalProperties: false,
};

/** For `z.toJSONSchema`: the short forms of faults and durations, which the schema itself never sees. */
export function describeShortForms(node: { zodSchema: unknown; jsonSchema: Record<string, unknown> }): void {
  const { description, ...whole } = node.jsonSchema;
  const become = (short: readonly unknown[]): void => {
    for (const key of Object.keys(node.jsonSchema)) delete node.jsonSchema[key];
    if (description !== undefined) node.jsonSchema['description'] = description;
    node.jsonSchema['anyOf'] = [...short, whole];
  };
  if (node.zodSchema === distributionSchema) become([durationJson, quantilesJson]);
  if (node.zodSchema === faultEntrySchema.shape.fault) {
    become([{ enum: [...BARE_KINDS, ...errorCodes] }]);
  }
}
