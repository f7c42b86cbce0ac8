import { errorCodes, faultSchema } from '@gameday/injector';
import { z } from 'zod';
import { wholeScenarioJsonSchema } from './scenario-json-schema.ts';
import { isRecord } from '../source/schema-words.ts';

type Json = Readonly<Record<string, unknown>>;

/** The tables of docs/scenario-language.md: every field, made from the schema that checks it. */
export function scenarioTables(): string {
  const scenario = wholeScenarioJsonSchema();
  const phase = below(scenario, 'phases', 'items');
  const fault = below(phase, 'faults', 'items');
  const events = alternatives(below(phase, 'events', 'items'));
  return [
    section('A scenario', fieldRows(scenario)),
    section('A phase', fieldRows(phase)),
    section('A track', fieldRows(below(scenario, 'tracks', 'items'))),
    section('A fault of a phase', fieldRows(fault)),
    `### Kinds of faults\n\n${table(['kind', 'attributes and their defaults'], kindRows())}\n\n` +
      `A code of S3's is short for \`{kind: http-error, code: …}\`; there are ${errorCodes.length}.`,
    `### Events\n\n${table(['do', 'what happens', 'fields'], events.map(eventRow))}`,
    section('An expectation', fieldRows(firstOf(below(phase, 'expect')))),
    section('Guardrails', fieldRows(below(scenario, 'guardrails'))),
    section('Abort when', fieldRows(firstOf(below(scenario, 'guardrails', 'abortWhen')))),
    section('A monkey', fieldRows(below(phase, 'monkey'))),
    section('On its menu', fieldRows(below(phase, 'monkey', 'menu', 'items'))),
    section('Capacity', fieldRows(below(scenario, 'capacity'))),
    section('The index, and placement', fieldRows(below(scenario, 'capacity', 'index'))),
  ].join('\n\n');
}

function below(node: Json, ...path: readonly string[]): Json {
  let found: unknown = node;
  for (const name of path) {
    const properties: unknown = isRecord(found) ? (name === 'items' ? found : found['properties']) : undefined;
    found = isRecord(properties) ? properties[name] : undefined;
  }
  return isRecord(found) ? found : {};
}

function alternatives(node: Json): Json[] {
  const union = node['anyOf'] ?? node['oneOf'];
  return Array.isArray(union) ? union.filter(isRecord) : [node];
}

const firstOf = (node: Json): Json => alternatives(node)[0] ?? {};

const propertiesOf = (node: Json): [string, Json][] =>
  Object.entries(isRecord(node['properties']) ? node['properties'] : {}).map(([name, property]) => [
    name,
    isRecord(property) ? property : {},
  ]);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function fieldRows(node: Json): string[][] {
  const required: unknown[] = Array.isArray(node['required']) ? node['required'] : [];
  return propertiesOf(node).map(([name, property]) => [
    `\`${name}\`${required.includes(name) ? ' (needed)' : ''}`,
    textOf(property['description']),
  ]);
}

function eventRow(event: Json): string[] {
  const properties = propertiesOf(event);
  const action = properties.find(([name]) => name === 'do')?.[1] ?? {};
  const fields = properties.filter(([name]) => name !== 'do').map(([name]) => `\`${name}\``);
  return [`\`${textOf(action['const'])}\``, textOf(action['description']), fields.join(' ')];
}

function kindRows(): string[][] {
  return faultSchema.options.map((option) => {
    const schema = z.toJSONSchema(option, { io: 'input' });
    const kind = option.shape.kind.value;
    const attributes = Object.entries(schema.properties ?? {})
      .filter(([name]) => name !== 'kind')
      .map(([name, property]) => {
        const initial: unknown = isRecord(property) ? property['default'] : undefined;
        return initial === undefined ? `\`${name}\`` : `\`${name}\` (${shown(initial)})`;
      });
    return [`\`${kind}\``, attributes.join(', ') || 'none'];
  });
}

function shown(value: unknown): string {
  if (isRecord(value) && typeof value['fromMs'] === 'number' && typeof value['toMs'] === 'number') {
    return `${value['fromMs'] / 1_000}s..${value['toMs'] / 1_000}s`;
  }
  return JSON.stringify(value);
}

const section = (title: string, rows: readonly string[][]): string =>
  `### ${title}\n\n${table(['field', 'what it says'], rows)}`;

const line = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
