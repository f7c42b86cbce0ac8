import { patterns } from '../patterns/all.ts';
import { cannotTell, type Pattern, type Sighting } from '../patterns/pattern.ts';
import type { Trace } from '../trace.ts';
import type { Figure } from './basics.ts';
import type { ReportPattern } from './findings.ts';

/** A fingerprint that throws has no answer, like a checker that does. */
function lookFor(pattern: Pattern, trace: Trace): Sighting {
  if (trace.graded.length === 0) return cannotTell('The app felt no outage.');
  try {
    return pattern.look(trace);
  } catch (error) {
    return cannotTell(`The fingerprint itself failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** An answer within it is prompt: nothing faster would have been noticed. [our choice] */
const PROMPT_MS = 1_000;

/** Whether a figure leaves anything to be improved. */
function isBad({ value, unit }: Figure): boolean {
  if (value === null) return false;
  switch (unit) {
    case 'ms':
      return value > PROMPT_MS;
    case 'factor':
      return value > 1;
    case 'count':
    case 'points':
    case 'ratio':
      return value > 0;
    default:
      return unit satisfies never;
  }
}

/** Which patterns the app showed, and what the missing ones would have improved. */
export const patternsOf = (trace: Trace): readonly ReportPattern[] =>
  patterns.map((pattern): ReportPattern => {
    const { state, sentence, evidence } = lookFor(pattern, trace);
    const { id, title, fingerprint, remedy, improves } = pattern;
    const missing = state === 'not-shown';
    const figure = improves.figure(trace);
    return {
      id,
      title,
      state,
      sentence,
      fingerprint,
      evidence,
      remedy: missing ? remedy : null,
      improves: missing && isBad(figure) ? { dimension: improves.dimension, figure } : null,
    };
  });
