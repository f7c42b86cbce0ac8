import { letterSchema } from '@gameday/reporter/journal';
import { z } from 'zod';
import { durationSchema } from './duration.ts';
import { rateSchema } from './quantity.ts';
import { awsSchema } from './target-aws.ts';
import { commandSchema, runTemplate, template } from './target-command.ts';
import { pathSchema, statusSchema, stepSchema } from './target-step.ts';
import { isRegionName, templateNames } from './template.ts';

const text = z.string().min(1);
const region = z.string().refine(isRegionName, { error: 'must be an AWS region such as us-east-1' });
const bucketName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be a bucket name: 3 to 63 of a-z 0-9 . and -');
const GET_LINE = /^GET (\/\S*)$/;

const entryTemplate = template(['entry']).refine((value) => templateNames(value).length > 0, {
  error: 'must contain ${entry}',
});

const auditSchema = z.strictObject({
  app: entryTemplate
    .regex(GET_LINE, 'must be "GET /path/${entry}"')
    .transform((line) => GET_LINE.exec(line)?.[1] ?? '/')
    .optional()
    .describe('How the app gives an entry back: "GET /photos/${entry}". Default: the read step that expects an entry.'),
  s3: z
    .strictObject({
      bucket: bucketName.describe('One of the buckets above.'),
      key: entryTemplate.describe('The object’s key: "photos/${entry}".'),
      region: region.optional().describe('Default: the bucket’s.'),
    })
    .optional()
    .describe('Where an entry lies in S3, to look past the app’s caches.'),
});

/** `chaos.yaml`: the app under test, its load, and what counts as good. */
export const targetSchema = z.strictObject({
  name: text.describe('What the report calls the app.'),
  command: commandSchema
    .optional()
    .describe('Starts the app, without a shell, in the folder of this file. Left out where it runs already at `url`.'),
  url: template(['PORT'])
    .regex(/^https?:\/\/[^\s/?#]+\/?$/, 'must be the app’s base URL such as http://127.0.0.1:${PORT}')
    .optional()
    .describe('Where it answers. Default http://127.0.0.1:${PORT}, the port being a free one.'),
  ready: z
    .strictObject({
      path: pathSchema.default('/').describe('Default /.'),
      status: statusSchema.default(200).describe('Default 200.'),
      within: durationSchema.default(30_000).describe('Default 30s.'),
    })
    .prefault({})
    .describe('When it counts as started: this path answers with this status. Default / with 200, within 30s.'),
  env: z
    .record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a variable’s name'),
      z.union([runTemplate, z.number().transform(String), z.boolean().transform(String)]),
    )
    .default({})
    .describe('Added to its environment. ${PORT}, ${S3_ENDPOINT} and ${S3_ENDPOINT_US_WEST_2} are filled in.'),
  replicas: z
    .number()
    .int()
    .min(1)
    .max(16)
    .default(1)
    .describe('How many processes of it stand behind one address, taking turns. Default 1.'),
  region: region.default('us-east-1').describe('Its home region. Default us-east-1.'),
  buckets: z
    .array(
      z.union([bucketName, z.strictObject({ name: bucketName, region: region.optional() })], {
        error: 'must be a bucket’s name, or {name, region}',
      }),
    )
    .default([])
    .describe('Created before it starts, in its home region where none is given.'),
  patience: durationSchema.default(10_000).describe('How long a user waits for a whole answer. Default 10s.'),
  gate: letterSchema.optional().describe('The lowest letter that passes.'),
  weights: z.record(z.string(), z.number().min(0)).default({}).describe('Weights of the grade, by dimension.'),
  workload: z
    .strictObject({
      rate: rateSchema.describe('Arrivals a second, whatever the app does: "20/s".'),
      steps: z.array(stepSchema).min(1).optional().describe('What they ask for.'),
      har: text
        .optional()
        .describe(
          'Or a recording of it from a browser (HAR), seen from this file: replayed in its order, round and round.',
        ),
    })
    .optional()
    .describe('What its users do. Default: GET / five times a second.'),
  audit: auditSchema.optional().describe('How the acknowledged writes are read back after recovery.'),
  guardrails: z
    .strictObject({
      minutes: z.number().positive().max(1_440).optional().describe('End, heal and say so after so many minutes.'),
    })
    .prefault({})
    .describe('When a run is ended whatever it is doing.'),
  aws: awsSchema.optional().describe('Where AWS FIS finds the app, for `chaos fis`; see docs/fis.md.'),
});
export type TargetFile = z.output<typeof targetSchema>;

/** The JSON Schema of `chaos.yaml`, for editors to complete and check. */
export function targetJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(targetSchema, { io: 'input' });
  return { $schema, title: 'Gameday target (chaos.yaml)', ...schema };
}
