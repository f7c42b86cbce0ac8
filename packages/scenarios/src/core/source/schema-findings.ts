import type { z } from 'zod';
import type { Path } from './input-error.ts';
import { wordHint } from '../words/nearest-word.ts';
import { keysAt, valueAt } from './schema-words.ts';
import type { Finding } from './yaml-document.ts';

type Issue = z.core.$ZodIssue;

/**
 * What zod found wrong, said so that a person can mend it: the nearest valid word for a misspelt key or option, and no
 * second complaint about a missing key that was only misspelt.
 * @param jsonSchema of the same schema: it knows the words that zod's issues leave out
 */
export function schemaFindings(issues: readonly Issue[], data: unknown, jsonSchema: unknown): Finding[] {
  const findings = issues.flatMap((issue) => findingsOf(issue, [], data, jsonSchema));
  const misspelt = new Set(findings.map((finding) => finding.meant).filter((meant) => meant !== undefined));
  return findings.filter((finding) => !(finding.missing === true && misspelt.has(JSON.stringify(finding.path))));
}

/** `meant` is the path that an unknown key was probably meant to be; `missing` says that nothing stands at the path. */
type Draft = Finding & { readonly meant?: string; readonly missing?: boolean };

function findingsOf(issue: Issue, base: Path, data: unknown, jsonSchema: unknown): Draft[] {
  const path: Path = [...base, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(jsonSchema, data, path);
      return issue.keys.map((key) => {
        const hint = wordHint(key, known);
        const meant = known.find((word) => hint === `did you mean "${word}"?`);
        const finding: Draft = { path: [...path, key], message: 'no such field', hint, at: 'key' };
        return meant === undefined ? finding : { ...finding, meant: JSON.stringify([...path, meant]) };
      });
    }
    case 'invalid_type': {
      if (issue.message.startsWith('must be') && valueAt(data, path) !== undefined) {
        return [{ path, message: issue.message, hint: null }];
      }
      if (valueAt(data, path) === undefined) return [{ path, message: 'is missing', hint: null, missing: true }];
      const message = `must be ${article(issue.expected)}, not ${describe(valueAt(data, path))}`;
      return [{ path, message, hint: null }];
    }
    case 'invalid_value':
      return [unknownWord(path, valueAt(data, path), issue.values.map(String))];
    case 'invalid_key':
      return issue.issues.map((inner) => ({ path, message: inner.message, hint: null, at: 'key' as const }));
    case 'invalid_union':
      return unionFindings(issue, path, data, jsonSchema);
    case 'too_big':
    case 'too_small':
      return [{ path, message: rangeMessage(issue, valueAt(data, path)), hint: null }];
    case 'custom':
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_element':
      return [{ path, message: issue.message, hint: null }];
    default:
      return issue satisfies never;
  }
}

function unionFindings(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: Path,
  data: unknown,
  jsonSchema: unknown,
): Draft[] {
  const value = valueAt(data, path);
  if (value === undefined && issue.discriminator === undefined) {
    return [{ path, message: 'is missing', hint: null, missing: true }];
  }
  if (issue.discriminator !== undefined) {
    return [unknownWord(path, value, 'options' in issue ? issue.options.map(String) : [])];
  }
  // The alternative that was meant is the one whose own type fits: its complaints lie deeper.
  const meant = issue.errors.find((branch) => branch.every((inner) => inner.path.length > 0 || !isTypeIssue(inner)));
  if (meant !== undefined) return meant.flatMap((inner) => findingsOf(inner, path, data, jsonSchema));
  const expected = issue.errors
    .flat()
    .flatMap((inner) => (inner.code === 'invalid_type' ? [article(inner.expected)] : []));
  const message = issue.message.startsWith('must be')
    ? issue.message
    : `must be ${[...new Set(expected)].join(' or ')}, not ${describe(value)}`;
  return [{ path, message, hint: null }];
}

function isTypeIssue(issue: Issue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
}

function unknownWord(path: Path, value: unknown, words: readonly string[]): Draft {
  if (value === undefined) return { path, message: `is missing; it is one of ${words.join(', ')}`, hint: null };
  const field = path.at(-1);
  const fault = field === 'fault' || (field === 'kind' && path[0] !== 'probes');
  const noun = fault ? 'no fault' : field === 'do' ? 'no event' : 'not allowed here';
  const typed = typeof value === 'string' ? value : '';
  return { path, message: `${describe(value)} is ${noun}`, hint: wordHint(typed, words) };
}

function rangeMessage(issue: Extract<Issue, { code: 'too_big' | 'too_small' }>, value: unknown): string {
  const big = issue.code === 'too_big';
  const limit = big ? issue.maximum : issue.minimum;
  if (issue.origin === 'array') return big ? `has more than ${limit} items` : 'must not be empty';
  if (issue.origin === 'string') return big ? `is longer than ${limit} letters` : 'must not be empty';
  const bound = issue.inclusive === false ? (big ? 'less than' : 'more than') : big ? 'at most' : 'at least';
  return `must be ${bound} ${limit}, not ${describe(value)}`;
}

const ARTICLES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of fields',
  record: 'a map of fields',
};

function article(type: string): string {
  return ARTICLES[type] ?? `a ${type}`;
}

function describe(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map of fields';
  if (typeof value === 'string') return `"${value.length > 40 ? `${value.slice(0, 40)}...` : value}"`;
  return JSON.stringify(value) ?? 'nothing';
}
