import { stepClassSchema } from '@gameday/reporter/journal';
import { z } from 'zod';
import { durationSchema } from '../words/duration.ts';
import { ledgerProblems } from './ledger-role.ts';
import { sizeSchema } from '../words/quantity.ts';
import { captureSchema, isCapture } from './target-capture.ts';
import { commandSchema } from './target-command.ts';
import { templateNames, templateProblem } from '../words/template.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
const REQUEST_LINE = new RegExp(`^(${METHODS.join('|')}) (/\\S*)$`);

const text = z.string().min(1);
export const statusSchema = z.number().int().min(100).max(599);
export const pathSchema = z.string().regex(/^\/\S*$/, 'must be a path that begins with /');

const headerNameSchema = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'must be a header’s name');

/** What a path can be about; of these only `log` and `offset` go together. */
const LEDGER_NAMES = ['new', 'known', 'deleted', 'register', 'counter', 'log', 'offset'] as const;

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
      headers: z.record(headerNameSchema, captureTemplate).default({}).describe('Sent with it.'),
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

/** A kind of things that the app keeps, by a name of the user's own. */
export const collectionNameSchema = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower-case words joined by "-"');

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
    new: captureSchema
      .optional()
      .describe(
        'Where the answer to a write has the id that the app gives the new entry: {json: id}, {header: Location}, ' +
          '{regex: …}. For apps that choose ids themselves; then ${new} is not in the path.',
      ),
    collection: collectionNameSchema
      .optional()
      .describe(
        'Which things of the app’s it is about, where there are several kinds: albums beside photos. ${new}, ${known}, ' +
          '${deleted} and ids that the app gives belong to one collection each. Default: one that has no name.',
      ),
    idempotencyHeader: headerNameSchema
      .optional()
      .describe(
        'A header in which each write sends a key of its own: Idempotency-Key. The app must do once what comes twice with ' +
          'the same key, so that a write that died with its connection before any answer is sent again.',
      ),
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
      if (step.new !== undefined) complain(['new'], 'only answers to requests give ids');
      if (step.idempotencyHeader !== undefined) complain(['idempotencyHeader'], 'only requests have headers');
      if (step.collection !== undefined) complain(['collection'], 'only requests are about entries');
      return;
    }
    if (step.idempotencyHeader !== undefined && step.class !== 'write') {
      complain(['idempotencyHeader'], `is for steps of class write, not ${step.class}`);
    }
    for (const { path, message } of ledgerProblems(step, request)) complain(path, message);
    if (expect.body !== 'any' && request.method === 'HEAD') complain(['expect', 'body'], 'HEAD answers have no body');
  });
export type TargetStep = z.output<typeof stepSchema>;
