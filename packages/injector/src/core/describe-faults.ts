import { z } from 'zod';
import { blastRadiusSchema } from './blast-radius.ts';
import { faultSchema } from './fault.ts';

type Json = Readonly<Record<string, unknown>>;

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);

/** What an attribute may be, in a few words. */
function typeOf(schema: Json): string {
  if (schema['oneOf'] !== undefined || schema['anyOf'] !== undefined) return 'duration';
  const values = schema['enum'];
  if (Array.isArray(values)) return values.map((value) => `\`${String(value)}\``).join(', ');
  if (schema['type'] === 'array' && isJson(schema['items'])) return `list of ${typeOf(schema['items'])}`;
  if (schema['type'] === 'object' && isJson(schema['properties'])) {
    return `{${Object.keys(schema['properties']).join(', ')}}`;
  }
  return typeof schema['type'] === 'string' ? schema['type'] : 'any';
}

function attributeRows(properties: Json, prefix = ''): readonly string[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    if (!isJson(schema) || schema['const'] !== undefined) return [];
    const fallback = schema['default'];
    const standard = fallback === undefined ? '' : `\`${JSON.stringify(fallback)}\``;
    const about = typeof schema['description'] === 'string' ? schema['description'] : '';
    const row = `| \`${prefix}${name}\` | ${cell(typeOf(schema))} | ${cell(standard)} | ${cell(about)} |`;
    const inner = isJson(schema['properties']) ? attributeRows(schema['properties'], `${prefix}${name}.`) : [];
    return [row].concat(inner);
  });
}

function table(schema: z.ZodType): string {
  const { properties } = z.toJSONSchema(schema, { io: 'input' });
  const rows = isJson(properties) ? attributeRows(properties) : [];
  return rows.length === 0
    ? ''
    : ['| attribute | type | default | |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

/** The reference of every fault and of the blast radius, as Markdown, from the schemas. */
export function faultReference(): string {
  const faults = faultSchema.options.map((option) => {
    const kind: string = option.shape.kind.value;
    return [`### ${kind}`, '', option.description ?? '', '', table(option)].join('\n');
  });
  return [
    '# Faults',
    '',
    'Generated from `packages/injector/src/core/fault.ts` and `blast-radius.ts`.',
    '',
    'A duration is wall time and never compressed: `2s`, `20s..60s`, `{p50: 2s, p99: 10s}`, or with its shape spelt out.',
    '',
    '## Whom a fault may strike',
    '',
    table(blastRadiusSchema),
    '## What goes wrong',
    '',
    ...faults,
  ].join('\n');
}
