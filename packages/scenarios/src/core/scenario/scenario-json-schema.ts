import { z } from 'zod';
import { describeShortForms } from './fault-entry.ts';
import { scenarioSchema } from './scenario.ts';
import { isRecord } from '../source/schema-words.ts';

type Json = Readonly<Record<string, unknown>>;

const referenceJson = { type: 'string', pattern: '^\\$\\{[a-z][a-z0-9_]*\\}$' };

/**
 * The JSON Schema of a whole scenario: short forms and references included, but with nothing extended or included any
 * more. Its words are those that complaints suggest.
 */
export function wholeScenarioJsonSchema(): Json {
  const { $schema, ...schema } = z.toJSONSchema(scenarioSchema, { io: 'input', override: describeShortForms });
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => [
    name,
    name === 'assumptions' || name === 'variables' ? property : allowReferences(property),
  ]);
  return { $schema, title: 'Gameday scenario', ...schema, properties: Object.fromEntries(properties) };
}

/** The JSON Schema of scenario files, for editors to complete and check: they may extend, include and repeat. */
export function scenarioJsonSchema(): Json {
  const whole = wholeScenarioJsonSchema();
  const properties = isRecord(whole['properties']) ? whole['properties'] : {};
  const tracks = child(child(properties, 'tracks'), 'items');
  const { required: _all, ...rest } = whole;
  return {
    ...rest,
    properties: {
      extends: {
        type: 'string',
        description:
          'Another scenario, by name or path: this one says only what is different. Maps are merged key by key, phases and tracks by their ids, all else is replaced.',
      },
      ...properties,
      phases: composedPhases(child(properties, 'phases')),
      tracks: {
        ...child(properties, 'tracks'),
        items: {
          ...tracks,
          properties: {
            ...child(tracks, 'properties'),
            phases: composedPhases(child(child(tracks, 'properties'), 'phases')),
          },
        },
      },
    },
    required: ['name'],
  };
}

/** Phases that may also be included or repeated. What one leaves out may stand in the file that is extended. */
function composedPhases(phases: Json): Json {
  const phase = child(phases, 'items');
  return { ...phases, items: { anyOf: [{ ...phase, required: ['id'] }, includeJson, repeatJson(phase)] } };
}

function child(node: Json, key: string): Json {
  const below = node[key];
  return isRecord(below) ? below : {};
}

const includeJson = {
  type: 'object',
  properties: {
    include: {
      type: 'string',
      description:
        'Another scenario, by name or path: its phases stand here, its assumptions and variables come along.',
    },
    as: { type: 'string', description: 'Put before the ids of its phases, so that it can be included twice.' },
  },
  required: ['include'],
  additionalProperties: false,
};

function repeatJson(phase: Json): Json {
  return {
    type: 'object',
    properties: {
      repeat: { type: 'integer', minimum: 1, maximum: 100, description: 'How often these phases follow each other.' },
      phases: {
        type: 'array',
        minItems: 1,
        description: 'Phases with "for" instead of times; "-1", "-2" and so on is put behind their ids.',
        items: { anyOf: [{ ...phase, required: ['id'] }, includeJson] },
      },
    },
    required: ['repeat', 'phases'],
    additionalProperties: false,
  };
}

/** Wherever a number, a choice or a duration may stand, so may `${name}`. */
function allowReferences(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(allowReferences);
  if (!isRecord(node)) return node;
  const narrow = node['type'] === 'string' && (node['enum'] !== undefined || node['pattern'] !== undefined);
  if (node['type'] === 'number' || node['type'] === 'integer' || narrow) {
    const { description, default: initial, ...value } = node;
    return {
      ...(description === undefined ? {} : { description }),
      ...(initial === undefined ? {} : { default: initial }),
      anyOf: [value, referenceJson],
    };
  }
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, allowReferences(value)]));
}
