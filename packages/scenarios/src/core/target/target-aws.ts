import { z } from 'zod';
import { isRegionName } from '../words/template.ts';

const text = z.string().min(1);
const region = z.string().refine(isRegionName, { error: 'must be an AWS region such as us-east-1' });
const arn = (service: string, example: string) =>
  z.string().regex(new RegExp(`^arn:aws[\\w-]*:${service}:\\S.*\\S$`), `must be an ARN such as ${example}`);

const tags = z.record(text, z.string()).refine((all) => Object.keys(all).length > 0, { error: 'must name a tag' });

/** Resources by their tags, or at most five by their ARNs. */
const resources = (service: string, example: string) =>
  z.union(
    [
      z.strictObject({ tags: tags.describe('All that bear these tags.') }),
      z.strictObject({ arns: z.array(arn(service, example)).min(1).max(5).describe('These, five at the most.') }),
    ],
    { error: `must be {tags: {NAME: VALUE}} or {arns: [${example}]}` },
  );

const platformSchema = z
  .union(
    [
      z.strictObject({
        ec2: resources('ec2', 'arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0').describe(
          'Its instances.',
        ),
      }),
      z.strictObject({
        ecs: z.strictObject({ cluster: text, service: text }).describe('Its service in a cluster of ECS.'),
      }),
      z.strictObject({
        eks: z
          .strictObject({
            cluster: text,
            namespace: text,
            selector: text.describe('A label selector: app=gallery.'),
            serviceAccount: text.describe('The service account that FIS acts as in the cluster.'),
          })
          .describe('Its pods in a cluster of EKS.'),
      }),
    ],
    { error: 'must be one of ec2, ecs and eks' },
  )
  .describe('What the app runs on: for scenarios that stop its processes, or slow S3 down.');

/** The `aws:` section of a `chaos.yaml`: where AWS FIS finds the app. Nothing in it is a secret. */
export const awsSchema = z.strictObject({
  account: z
    .string('must be 12 digits in quotes')
    .regex(/^\d{12}$/, 'must be 12 digits in quotes')
    .describe('The account, in quotes: the only one that `--arm` lets be touched.'),
  region: region.optional().describe('Where the experiments run. Default: the app’s home region.'),
  role: arn('iam', 'arn:aws:iam::123456789012:role/fis').describe('The role that FIS assumes.'),
  subnets: resources('ec2', 'arn:aws:ec2:us-east-1:123456789012:subnet/subnet-0123456789abcdef0')
    .optional()
    .describe('The subnets that the app runs in: they are what loses S3.'),
  buckets: resources('s3', 'arn:aws:s3:::my-bucket')
    .optional()
    .describe('The buckets whose replication may be paused.'),
  platform: platformSchema.optional(),
  alarms: z
    .array(arn('cloudwatch', 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors'))
    .max(5)
    .default([])
    .describe('Alarms of CloudWatch that stop an experiment, five at the most.'),
  logs: arn('logs', 'arn:aws:logs:us-east-1:123456789012:log-group:fis:*').optional().describe('A log group for FIS.'),
  report: z
    .strictObject({
      bucket: z.string().min(3).max(63).describe('A bucket.'),
      prefix: z
        .string()
        .regex(/^\S{1,256}$/, 'must be 1 to 256 characters without blanks')
        .describe('What its objects begin with.')
        .optional(),
    })
    .optional()
    .describe('Where FIS puts its own report.'),
});
export type AwsSetup = z.output<typeof awsSchema>;
export type AwsResources = NonNullable<AwsSetup['subnets']>;
