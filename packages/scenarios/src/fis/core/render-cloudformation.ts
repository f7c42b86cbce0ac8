import { stringify } from 'yaml';
import type { FisTemplate } from './compile-templates.ts';

/** Members whose keys are names of the user's own, which stay as they are. */
const NAMED: ReadonlySet<string> = new Set(['targets', 'actions', 'parameters', 'resourceTags', 'tags']);
/** Where CloudFormation has another name than the API. */
const RENAMED: Readonly<Record<string, string>> = {
  // Of a report's outputs; that of a log configuration keeps its name.
  'outputs.s3Configuration': 'ExperimentReportS3Configuration',
};

/** A CloudFormation template of `AWS::FIS::ExperimentTemplate` resources, one a template. */
export function cloudFormation(templates: readonly FisTemplate[]): Readonly<Record<string, unknown>> {
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'Experiments of AWS FIS, planned by Gameday.',
    Resources: Object.fromEntries(
      templates.map(({ name, body }) => [
        `Experiment${name.replaceAll(/(?:^|[^a-zA-Z0-9]+)([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase())}`,
        { Type: 'AWS::FIS::ExperimentTemplate', Properties: renamed(body, '') },
      ]),
    ),
  };
}

export const renderCloudFormationYaml = (templates: readonly FisTemplate[]): string =>
  stringify(cloudFormation(templates), { lineWidth: 0 });

export const renderCloudFormationJson = (templates: readonly FisTemplate[]): string =>
  `${JSON.stringify(cloudFormation(templates), null, 2)}\n`;

const pascal = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** The same value with its members' names as CloudFormation writes them. @param under the member that it stands in */
function renamed(value: unknown, under: string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, ''));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => {
      if (NAMED.has(under)) return [name, renamed(member, '')];
      return [RENAMED[`${under}.${name}`] ?? pascal(name), renamed(member, name)];
    }),
  );
}
