import type { FisTemplate } from './compile-templates.ts';
import type { TemplateBody } from './template-body.ts';

/** A block of HCL: attributes, then blocks. Values of attributes are HCL already. */
interface Block {
  readonly head: string;
  readonly attributes: readonly (readonly [string, string])[];
  readonly blocks: readonly Block[];
}

/** `aws_fis_experiment_template` resources of the AWS provider, one a template. */
export function renderTerraform(templates: readonly FisTemplate[]): string {
  return templates.map((template) => `${print(resource(template), '').join('\n')}\n`).join('\n');
}

/** A string of HCL: interpolations are escaped, so that what is written stays as it is. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
}

const list = (words: readonly string[]): string => `[${words.map(quoted).join(', ')}]`;
const map = (entries: Readonly<Record<string, string>>): string =>
  `{ ${Object.entries(entries)
    .map(([key, value]) => `${quoted(key)} = ${quoted(value)}`)
    .join(', ')} }`;

function block(
  head: string,
  attributes: Readonly<Record<string, string | undefined>>,
  blocks: readonly Block[] = [],
): Block {
  const present = Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { head, attributes: present, blocks };
}

const pairs = (head: string, entries: Readonly<Record<string, string>> = {}): Block[] =>
  Object.entries(entries).map(([key, value]) => block(head, { key: quoted(key), value: quoted(value) }));

function resource({ name, body }: FisTemplate): Block {
  const id = name.replaceAll(/[^a-zA-Z0-9_]/g, '_');
  const options = body.experimentOptions;
  return block(
    `resource "aws_fis_experiment_template" "${/^[a-zA-Z_]/.test(id) ? id : `_${id}`}"`,
    {
      description: quoted(body.description),
      role_arn: quoted(body.roleArn),
      ...(body.tags === undefined ? {} : { tags: map(body.tags) }),
    },
    [
      ...body.stopConditions.map(({ source, value }) =>
        block('stop_condition', { source: quoted(source), value: value === undefined ? undefined : quoted(value) }),
      ),
      ...actionBlocks(body),
      ...targetBlocks(body),
      ...(options === undefined
        ? []
        : [
            block('experiment_options', {
              account_targeting: quoted(options.accountTargeting ?? 'single-account'),
              empty_target_resolution_mode: quoted(options.emptyTargetResolutionMode ?? 'fail'),
            }),
          ]),
      ...logBlocks(body),
      ...reportBlocks(body),
    ],
  );
}

function actionBlocks({ actions }: TemplateBody): Block[] {
  return Object.entries(actions).map(([name, { actionId, description, startAfter, parameters, targets }]) =>
    block(
      'action',
      {
        name: quoted(name),
        action_id: quoted(actionId),
        description: description === undefined ? undefined : quoted(description),
        start_after: startAfter === undefined ? undefined : list(startAfter),
      },
      [...pairs('parameter', parameters), ...pairs('target', targets)],
    ),
  );
}

function targetBlocks({ targets = {} }: TemplateBody): Block[] {
  return Object.entries(targets).map(([name, target]) => {
    const { resourceType, selectionMode, resourceArns, resourceTags, filters = [], parameters } = target;
    return block(
      'target',
      {
        name: quoted(name),
        resource_type: quoted(resourceType),
        selection_mode: quoted(selectionMode),
        resource_arns: resourceArns === undefined ? undefined : list(resourceArns),
        parameters: parameters === undefined ? undefined : map(parameters),
      },
      [
        ...pairs('resource_tag', resourceTags),
        ...filters.map(({ path, values }) => block('filter', { path: quoted(path), values: list(values) })),
      ],
    );
  });
}

function logBlocks({ logConfiguration }: TemplateBody): Block[] {
  if (logConfiguration === undefined) return [];
  const { cloudWatchLogsConfiguration: cloudWatch, s3Configuration: s3, logSchemaVersion } = logConfiguration;
  return [
    block('log_configuration', { log_schema_version: String(logSchemaVersion) }, [
      ...(cloudWatch === undefined
        ? []
        : [block('cloudwatch_logs_configuration', { log_group_arn: quoted(cloudWatch.logGroupArn) })]),
      ...s3Blocks(s3),
    ]),
  ];
}

function s3Blocks(
  s3: { readonly bucketName?: string | undefined; readonly prefix?: string | undefined } | undefined,
): Block[] {
  if (s3 === undefined) return [];
  return [
    block('s3_configuration', {
      bucket_name: quoted(s3.bucketName ?? ''),
      prefix: s3.prefix === undefined ? undefined : quoted(s3.prefix),
    }),
  ];
}

function reportBlocks({ experimentReportConfiguration: report }: TemplateBody): Block[] {
  if (report === undefined) return [];
  const { preExperimentDuration: before, postExperimentDuration: after, outputs, dataSources } = report;
  const dashboards = dataSources?.cloudWatchDashboards ?? [];
  return [
    block(
      'experiment_report_configuration',
      {
        pre_experiment_duration: before === undefined ? undefined : quoted(before),
        post_experiment_duration: after === undefined ? undefined : quoted(after),
      },
      [
        ...(dashboards.length === 0
          ? []
          : [
              block(
                'data_sources',
                {},
                dashboards.map(({ dashboardIdentifier = '' }) =>
                  block('cloudwatch_dashboard', { dashboard_arn: quoted(dashboardIdentifier) }),
                ),
              ),
            ]),
        ...(outputs === undefined ? [] : [block('outputs', {}, s3Blocks(outputs.s3Configuration))]),
      ],
    ),
  ];
}

function print({ head, attributes, blocks }: Block, indent: string): string[] {
  const inner = `${indent}  `;
  const width = Math.max(0, ...attributes.map(([name]) => name.length));
  const nested = blocks.flatMap((one, index) => [
    ...(index > 0 || attributes.length > 0 ? [''] : []),
    ...print(one, inner),
  ]);
  return [
    `${indent}${head} {`,
    ...attributes.map(([name, value]) => `${inner}${name.padEnd(width)} = ${value}`),
    ...nested,
    `${indent}}`,
  ];
}
