import { z } from 'zod';

const texts = z.record(z.string(), z.string());

const actionSchema = z.object({
  actionId: z.string(),
  description: z.string().optional(),
  parameters: texts.optional(),
  targets: texts.optional(),
  startAfter: z.array(z.string()).optional(),
});

const targetSchema = z.object({
  resourceType: z.string(),
  resourceArns: z.array(z.string()).optional(),
  resourceTags: texts.optional(),
  filters: z.array(z.object({ path: z.string(), values: z.array(z.string()) })).optional(),
  selectionMode: z.string(),
  parameters: texts.optional(),
});

const s3PlaceSchema = z.object({ bucketName: z.string().optional(), prefix: z.string().optional() });

const logSchema = z.object({
  cloudWatchLogsConfiguration: z.object({ logGroupArn: z.string() }).optional(),
  s3Configuration: s3PlaceSchema.optional(),
  logSchemaVersion: z.number(),
});

const reportSchema = z.object({
  outputs: z.object({ s3Configuration: s3PlaceSchema.optional() }).optional(),
  dataSources: z
    .object({ cloudWatchDashboards: z.array(z.object({ dashboardIdentifier: z.string().optional() })).optional() })
    .optional(),
  preExperimentDuration: z.string().optional(),
  postExperimentDuration: z.string().optional(),
});

/** What a template of AWS FIS says, as `CreateExperimentTemplate` takes it, but for its client token. */
export const templateBodySchema = z.object({
  description: z.string(),
  targets: z.record(z.string(), targetSchema).optional(),
  actions: z.record(z.string(), actionSchema),
  stopConditions: z.array(z.object({ source: z.string(), value: z.string().optional() })),
  roleArn: z.string(),
  tags: texts.optional(),
  logConfiguration: logSchema.optional(),
  experimentOptions: z
    .object({
      accountTargeting: z.enum(['single-account', 'multi-account']).optional(),
      emptyTargetResolutionMode: z.enum(['fail', 'skip']).optional(),
    })
    .optional(),
  experimentReportConfiguration: reportSchema.optional(),
});
export type TemplateBody = z.output<typeof templateBodySchema>;
export type TemplateAction = z.output<typeof actionSchema>;
export type TemplateTarget = z.output<typeof targetSchema>;
