import { stepClassSchema } from '@gameday/reporter/journal';
import { z } from 'zod';
import { durationSchema } from './duration.ts';
import type { CaptureFrom, LedgerRole } from './plan.ts';
import { sizeSchema } from './quantity.ts';
import { commandSchema } from './target-command.ts';
import { templateNames, templateProblem } from './template.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
const REQUEST_LINE = new RegExp(`^(${METHODS.join('|')}) (/\\S*)$`);

const text = z.string().min(1);
export const statusSchema = z.number().int().min(100).max(599);
export const pathSchema = z.string().regex(/^\/\S*$/, 'must be a path that begins with /');

const CAPTURED = /^capture\.([a-z][a-z0-9_]*)$/;
const isCapture = (name: string): boolean => CAPTURED.test(name);

/** The captured values that a text asks for: `/photos/${capture.id}` asks for `id`. */
export const capturesAsked = (template: string): string[] =>
  templateNames(template).flatMap((name) => CAPTURED.exec(name)?.[1] ?? []);

/** What a path can be about; of these only `log` and `offset` go together. */
const LEDGER_NAMES = ['new', 'known', 'deleted', 'register', 'counter', 'log', 'offset'] as const;

/** What a request is to the ledger. */
export function ledgerRole(stepClass: string, method: string, path: string): LedgerRole {
  const names = templateNames(path);
  const write = stepClass === 'write';
  if (names.includes('new')) return 'writes';
  if (names.includes('known')) return method === 'DELETE' ? 'deletes' : 'reads';
  if (names.includes('deleted')) return 'reads-deleted';
  if (names.includes('register')) return write ? 'overwrites' : 'reads-register';
  if (names.includes('counter')) return write ? 'adds' : 'reads-counter';
  if (names.includes('log')) return write ? 'appends' : 'reads-log';
  return 'none';
}

/** What earlier answers gave, and the id of the entry that a write is. */
const bodyTemplate = z.string().refine((value) => templateProblem(value, ['entry'], isCapture) === null, {
  error: 'only ${entry} and ${capture.NAME} can stand here; ${new} and ${known} belong into the path',
});

/** Only what earlier answers gave can stand here. */
const captureTemplate = z.string().refine((value) => templateProblem(value, [], isCapture) === null, {
  error: 'only ${capture.NAME} can stand here; ${new} and ${known} belong into the path',
});

const bodySchema = z.union(
  [
    z.strictObject({ random: sizeSchema.describe('So many bytes, different for every entry: "16KB".') }),
    z.strictObject({
      text: bodyTemplate.describe('These very letters, with ${capture.NAME} and the id of the ${entry} filled in.'),
    }),
  ],
  { error: 'must be {random: 16KB} or {text: ...}' },
);

const requestPathSchema = pathSchema
  .superRefine((path, context) => {
    const problem = templateProblem(path, LEDGER_NAMES, isCapture);
    const message =
      problem === null ? null : [problem.message, problem.hint].filter((part) => part !== null).join('; ');
    if (message !== null) context.addIssue({ code: 'custom', message });
    else {
      const [one, other] = templateNames(path).filter((name) => !isCapture(name) && name !== 'offset');
      if (one === undefined || other === undefined) return;
      const both = `has both \${${one}} and \${${other}}: a request is about one entry`;
      context.addIssue({ code: 'custom', message: both });
    }
  })
  .describe(
    '${new} is a fresh ledger entry’s id, ${known} that of an acknowledged one, ${deleted} of one whose delete was ' +
      'acknowledged; ${register}, ${counter} and ${log} name a place that is overwritten, added to, appended to, and ' +
      '${offset} is where an acknowledged entry of the log stands.',
  );

const requestLineSchema = z
  .string()
  .regex(REQUEST_LINE, 'must be a method and a path such as "GET /photos/${known}"')
  .transform((line) => {
    const [, method = 'GET', path = '/'] = REQUEST_LINE.exec(line) ?? [];
    return { method, path };
  })
  .pipe(
    z.object({
      method: z.string(),
      path: requestPathSchema,
      headers: z.record(z.string(), z.string()).prefault({}),
      body: bodySchema.optional(),
    }),
  );

const requestSchema = z.union(
  [
    requestLineSchema,
    z.strictObject({
      method: z.enum(METHODS).default('GET').describe('Default GET.'),
      path: requestPathSchema,
      headers: z
        .record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'must be a header’s name'), captureTemplate)
        .default({})
        .describe('Sent with it.'),
      body: bodySchema.optional().describe('What is sent. Default nothing.'),
    }),
  ],
  { error: 'must be a line such as "GET /photos", or {method, path, headers, body}' },
);

const expectSchema = z.strictObject({
  status: z
    .union([statusSchema, z.array(statusSchema).min(1)], { error: 'must be a status such as 200, or a list of them' })
    .optional()
    .describe('What a user would call success. Default 200; for writes 200, 201, 202 or 204.'),
  body: z
    .union([z.enum(['any', 'entry']), z.strictObject({ contains: text })], {
      error: 'must be any, entry, or {contains: text}',
    })
    .default('any')
    .describe('entry: byte for byte what was acknowledged for ${known}; contains: somewhere this text. Default any.'),
});

const captureSchema = z
  .strictObject({
    json: text.optional().describe('A path into the JSON body: items.0.id'),
    header: text.optional().describe('A header’s name.'),
    regex: text
      .refine(isRegex, { error: 'must be a regular expression' })
      .optional()
      .describe('Its first group in the body, or what it matches.'),
  })
  .transform(({ json, header, regex }, context): CaptureFrom => {
    const places: CaptureFrom[] = [
      ...(json === undefined ? [] : [{ kind: 'json', path: json } as const]),
      ...(header === undefined ? [] : [{ kind: 'header', name: header } as const]),
      ...(regex === undefined ? [] : [{ kind: 'regex', pattern: regex } as const]),
    ];
    const [place] = places;
    if (place !== undefined && places.length === 1) return place;
    context.issues.push({
      code: 'custom',
      message: 'must have one of json, header and regex',
      input: { json, header },
    });
    return z.NEVER;
  });

/** Whether a text is a regular expression. */
export function isRegex(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}

/** One kind of request that the app's users make. */
export const stepSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower-case words joined by "-"')
      .describe('Stable name of the step, in the report and in the journal.'),
    class: stepClassSchema.describe('read and write need S3; control does not, so it must go on working without.'),
    weight: z.number().positive().default(1).describe('Its share of the requests is its weight by the sum of weights.'),
    request: requestSchema
      .optional()
      .describe('What a user sends: "GET /photos/${known}", or method, path, headers and body.'),
    command: commandSchema
      .optional()
      .describe(
        'Or what a user runs: any program or batch job. Good is exit code 0, in time. Environment as the app’s.',
      ),
    within: durationSchema.optional().describe('How long the command may take. Default: the patience.'),
    capture: z
      .record(z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be lower-case letters, digits and _'), captureSchema)
      .default({})
      .describe('Kept of a good answer, for ${capture.NAME} in paths, headers and texts of other steps.'),
    value: captureSchema
      .optional()
      .describe(
        'Where the answer says the counter’s value, the log entry’s offset, or the ${entry} that it is. Default: its whole body.',
      ),
    adds: z.number().int().positive().optional().describe('How much it adds to its counter. Default 1.'),
    expect: expectSchema.prefault({}).describe('What counts as good.'),
  })
  .superRefine((step, context) => {
    const complain = (path: string[], message: string): void => context.addIssue({ code: 'custom', path, message });
    const { request, expect } = step;
    if ((request === undefined) === (step.command === undefined)) {
      complain([], 'needs either a request or a command');
      return;
    }
    if (step.within !== undefined && step.command === undefined)
      complain(['within'], 'is for commands: requests have the patience');
    if (request === undefined) {
      if (Object.keys(step.capture).length > 0) complain(['capture'], 'only answers to requests are captured from');
      return;
    }
    for (const { path, message } of ledgerProblems(step, request)) complain(path, message);
    if (expect.body !== 'any' && request.method === 'HEAD') complain(['expect', 'body'], 'HEAD answers have no body');
  });
interface LedgerStep {
  readonly class: string;
  readonly value?: unknown;
  readonly adds?: number | undefined;
  readonly expect: { readonly body: unknown };
}

interface LedgerRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: { readonly random: number } | { readonly text: string } | undefined;
}

/** What a step cannot be to the ledger. */
function ledgerProblems(step: LedgerStep, request: LedgerRequest): { path: string[]; message: string }[] {
  const names = templateNames(request.path);
  const role = ledgerRole(step.class, request.method, request.path);
  const problems: { path: string[]; message: string }[] = [];
  const must = (holds: boolean, path: string[], message: string): void => {
    if (!holds) problems.push({ path, message });
  };
  const write = step.class === 'write';
  const { body } = request;
  if (role === 'writes') must(write, ['class'], `the step writes \${new}, so its class is write, not ${step.class}`);
  if (role === 'deletes') must(write, ['class'], `the step deletes, so its class is write, not ${step.class}`);
  if (role === 'reads') {
    must(
      !write,
      ['class'],
      '${known} is for steps of class read, or DELETE: what is acknowledged is never overwritten',
    );
  }
  if (role === 'reads-deleted') must(!write, ['class'], '${deleted} is for steps of class read');
  if (role === 'writes') {
    must(
      body !== undefined,
      ['request'],
      'writes ${new} without a body: nothing could be read back; add body: {random: 16KB}',
    );
  }
  if (role === 'overwrites' || role === 'appends') {
    const told = body !== undefined && ('random' in body || templateNames(body.text).includes('entry'));
    must(told, ['request'], 'every write must be another: add body: {random: 1KB}, or a text with ${entry}');
  }
  must(
    names.includes('offset') === (role === 'reads-log'),
    ['request'],
    'only reads of a ${log} have an ${offset}, and they must',
  );
  must(step.adds === undefined || role === 'adds', ['adds'], 'is for steps of class write with ${counter}');
  const told = ['reads', 'reads-register', 'reads-counter', 'reads-log', 'appends'].includes(role);
  must(step.value === undefined || told, ['value'], 'is for reads of the ledger, and for appends to a ${log}');
  const known = role === 'reads' || role === 'reads-register' || role === 'reads-log';
  must(
    step.expect.body !== 'entry' || known,
    ['expect', 'body'],
    'expects an entry, but the path has no ${known} to say which',
  );
  return problems;
}

export type TargetStep = z.output<typeof stepSchema>;
