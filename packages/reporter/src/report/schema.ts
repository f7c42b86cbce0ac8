import { z } from 'zod';
import { reportSchema } from './report.ts';

/** The JSON Schema (draft 2020-12) of report.json, from the schema that types it. */
export function reportJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(reportSchema);
  return {
    $schema,
    title: 'Gameday report',
    description: 'What `chaos run` and `chaos report` write to report.json.',
    ...schema,
  };
}
