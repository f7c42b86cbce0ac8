import { z } from 'zod';
import type { CaptureFrom } from '../plan.ts';
import { templateNames } from '../words/template.ts';

const text = z.string().min(1);

const CAPTURED = /^capture\.([a-z][a-z0-9_]*)$/;
export const isCapture = (name: string): boolean => CAPTURED.test(name);

/** The captured values that a text asks for: `/photos/${capture.id}` asks for `id`. */
export const capturesAsked = (template: string): string[] =>
  templateNames(template).flatMap((name) => CAPTURED.exec(name)?.[1] ?? []);

/** Whether a text is a regular expression. */
export function isRegex(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}

/** A place of an answer: `{json: a.b}`, `{header: Location}`, `{header: Location, regex: '…'}` or `{regex: '…'}`. */
export const captureSchema = z
  .strictObject({
    json: text.optional().describe('A path into the JSON body: items.0.id, or the JSON pointer /items/0/id.'),
    header: text.optional().describe('A header’s name.'),
    regex: text
      .refine(isRegex, { error: 'must be a regular expression' })
      .optional()
      .describe('Its first group in the body, or what it matches; beside a header, in its value.'),
  })
  .transform(({ json, header, regex }, context): CaptureFrom => {
    if (json !== undefined && header === undefined && regex === undefined) return { kind: 'json', path: json };
    if (json === undefined && header !== undefined) return { kind: 'header', name: header, pattern: regex ?? null };
    if (json === undefined && regex !== undefined) return { kind: 'regex', pattern: regex };
    context.issues.push({
      code: 'custom',
      message: 'must have one of json, header and regex, or header and regex',
      input: { json, header },
    });
    return z.NEVER;
  });
