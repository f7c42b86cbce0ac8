import { z } from 'zod';
import { parseDuration } from '../words/duration.ts';
import { HOME } from './fault-entry.ts';
import { isRecord } from '../source/schema-words.ts';
import { isRegionName } from '../words/template.ts';
import type { PlannedVariable } from '../plan.ts';
import type { Finding } from '../source/yaml-document.ts';

/** What a variable may hold, and how a wrong value is told so. */
const TYPES = {
  number: 'a number',
  share: 'a share: a number from 0 to 1, or a percentage such as 90%',
  duration: 'a duration such as "8s" or "2h49m"',
  region: 'an AWS region such as us-east-1, or home',
  text: 'a text',
} as const;
type VariableType = PlannedVariable['type'];
const types = ['number', 'share', 'duration', 'region', 'text'] as const satisfies readonly VariableType[];

/** A knob of a scenario. Unlike an assumption it stands for no figure that the sources leave out. */
export const variableSchema = z
  .strictObject({
    type: z.enum(types).describe('What it holds: number, share, duration, region or text.'),
    default: z.union([z.number(), z.string()]).describe('Its value where nobody sets another.'),
    about: z.string().min(1).describe('What it changes.'),
  })
  .superRefine(({ type, default: value }, context) => {
    if (readVariable(type, value) === null) {
      context.addIssue({ code: 'custom', path: ['default'], message: `must be ${TYPES[type]}` });
    }
  });

/** A variable's value as its type wants it; null where it does not fit. */
export function readVariable(type: VariableType, value: unknown): number | string | null {
  switch (type) {
    case 'number':
      return readNumber(value);
    case 'share': {
      const percent = typeof value === 'string' ? /^(\d+(?:\.\d+)?)\s?%$/.exec(value)?.[1] : undefined;
      const share = percent === undefined ? readNumber(value) : Number(percent) / 100;
      return share !== null && share >= 0 && share <= 1 ? share : null;
    }
    case 'duration':
      return typeof value === 'string' && parseDuration(value) !== null ? value : null;
    case 'region':
      return typeof value === 'string' && (value === HOME || isRegionName(value)) ? value : null;
    case 'text':
      return value === '' || (typeof value !== 'string' && typeof value !== 'number') ? null : String(value);
    default:
      return type satisfies never;
  }
}

function readNumber(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** What a value of this type looks like, for a complaint. */
export const describeType = (type: VariableType): string => TYPES[type];

const outline = z.object({ type: z.enum(types), default: z.unknown(), about: z.string().catch('') });

/** The variables of a file that are written well enough to be filled in; the schema complains about the others. */
export function readVariables(data: unknown): PlannedVariable[] {
  const written = isRecord(data) && isRecord(data['variables']) ? data['variables'] : {};
  return Object.keys(written).flatMap((name): PlannedVariable[] => {
    const variable = outline.safeParse(written[name]);
    if (!variable.success) return [];
    const { type, default: value, about } = variable.data;
    const read = readVariable(type, value);
    return read === null ? [] : [{ name, type, value: read, about, overridden: false }];
  });
}

/** One name, one meaning: a variable may not be called what an assumption is called. */
export function nameClashes(data: unknown): Finding[] {
  const assumptions = isRecord(data) && isRecord(data['assumptions']) ? data['assumptions'] : {};
  const variables = isRecord(data) && isRecord(data['variables']) ? data['variables'] : {};
  return Object.keys(variables)
    .filter((name) => Object.hasOwn(assumptions, name))
    .map((name) => ({
      path: ['variables', name],
      at: 'key' as const,
      message: `an assumption is named "${name}" already`,
    }));
}
