import { z } from 'zod';
import { durationSchema } from '../words/duration.ts';
import { collectionNameSchema } from './target-step.ts';
import { commandSchema, template } from './target-command.ts';
import { isRegex } from './target-capture.ts';
import { isRegionName, templateNames } from '../words/template.ts';

export const regionSchema = z.string().refine(isRegionName, { error: 'must be an AWS region such as us-east-1' });
export const bucketNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be a bucket name: 3 to 63 of a-z 0-9 . and -');

const GET_LINE = /^GET (\/\S*)$/;
const getPath = (line: string): string => GET_LINE.exec(line)?.[1] ?? '/';

const entryTemplate = template(['entry']).refine((value) => templateNames(value).length > 0, {
  error: 'must contain ${entry}',
});
const keyTemplate = template(['entry', 'register']).refine((value) => templateNames(value).length === 1, {
  error: 'must contain ${entry}, or ${register}',
});

const placeSchema = z.strictObject({
  bucket: bucketNameSchema.describe('One of the buckets above.'),
  key: keyTemplate.describe('The object’s key: "photos/${entry}", or "profiles/${register}".'),
  region: regionSchema.optional().describe('Default: the bucket’s.'),
});

const listLine = z.string().regex(GET_LINE, 'must be "GET /path"').transform(getPath);
const listSchema = z.union(
  [
    listLine.transform((path): { path: string; pattern: string | null } => ({ path, pattern: null })),
    z
      .strictObject({
        request: listLine,
        regex: z
          .string()
          .refine(isRegex, { error: 'must be a regular expression' })
          .optional()
          .describe('Its first group, or what it matches, is an entry’s id. Default: wherever an id of ${new} stands.'),
      })
      .transform(({ request, regex }) => ({ path: request, pattern: regex ?? null })),
  ],
  { error: 'must be "GET /path", or {request, regex}' },
);

const commandAuditSchema = z.union(
  [
    commandSchema.transform((words): { words: readonly string[]; withinMs: number } => ({ words, withinMs: 60_000 })),
    z
      .strictObject({ run: commandSchema, within: durationSchema.default(60_000).describe('Default 60s.') })
      .transform(({ run, within }) => ({ words: run, withinMs: within })),
  ],
  { error: 'must be a command such as "node audit.js", or {run, within}' },
);

/** How the members of one collection are read back. */
const membersAudit = {
  app: entryTemplate
    .regex(GET_LINE, 'must be "GET /path/${entry}"')
    .transform(getPath)
    .optional()
    .describe('How the app gives an entry back: "GET /photos/${entry}". Default: the read step that expects an entry.'),
  list: listSchema
    .optional()
    .describe('A page on which every entry’s id stands once: "GET /photos". Finds what was written twice.'),
  s3: z
    .union([placeSchema, z.array(placeSchema).min(1)], { error: 'must be {bucket, key, region}, or a list of them' })
    .optional()
    .describe('Where the ledger lies in S3, to look past the app’s caches; a list where it lies in several regions.'),
};

/** `audit:` of a chaos.yaml. */
export const auditSchema = z.strictObject({
  ...membersAudit,
  collections: z
    .record(collectionNameSchema, z.strictObject(membersAudit))
    .default({})
    .describe('The same for each collection that has a name: {albums: {app: "GET /albums/${entry}", list, s3}}.'),
  command: commandAuditSchema
    .optional()
    .describe('Prints what another store holds, a line an entry: see docs/running.md. Its environment is the app’s.'),
});
