import { dimensionIds, letterSchema } from '@gameday/reporter/journal';
import { z } from 'zod';
import { durationSchema } from '../words/duration.ts';
import { alarmSchema } from './target-alarm.ts';
import { auditSchema, bucketNameSchema, regionSchema } from './target-audit.ts';
import { awsSchema } from './target-aws.ts';
import { commandSchema, runTemplate, template } from './target-command.ts';
import { probeSchema } from './target-probe.ts';
import { sloFileSchema } from './target-slo.ts';
import { pathSchema, statusSchema } from './target-step.ts';
import { workloadSchema } from './target-workload.ts';

const text = z.string().min(1);
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
  region: regionSchema.default('us-east-1').describe('Its home region. Default us-east-1.'),
  buckets: z
    .array(
      z.union([bucketNameSchema, z.strictObject({ name: bucketNameSchema, region: regionSchema.optional() })], {
        error: 'must be a bucket’s name, or {name, region}',
      }),
    )
    .default([])
    .describe('Created before it starts, in its home region where none is given.'),
  patience: durationSchema.default(10_000).describe('How long a user waits for a whole answer. Default 10s.'),
  gate: letterSchema.optional().describe('The lowest letter that passes.'),
  weights: z
    .partialRecord(z.enum(dimensionIds), z.number().min(0))
    .default({})
    .describe('Weights of the grade, by dimension, in place of the default ones: 0 leaves it out.'),
  slo: sloFileSchema
    .optional()
    .describe('What you promise your users even while S3 fails, shown beside the letter, which it never changes.'),
  workload: workloadSchema.optional().describe('What its users do. Default: GET / five times a second.'),
  audit: auditSchema.optional().describe('How the acknowledged writes are read back after recovery.'),
  probes: z.array(probeSchema).default([]).describe('What looks at the app beside its users.'),
  alarms: z.array(alarmSchema).default([]).describe('How its operators learn that S3 fails.'),
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
