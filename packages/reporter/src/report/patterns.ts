import { patterns } from '../patterns/all.ts';
import { cannotTell, type Pattern, type Sighting } from '../patterns/pattern.ts';
import type { Trace } from '../trace.ts';
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

/** Which patterns the app showed, and what the missing ones would have improved. */
export const patternsOf = (trace: Trace): readonly ReportPattern[] =>
  patterns.map((pattern): ReportPattern => {
    const { state, sentence, evidence } = lookFor(pattern, trace);
    const { id, title, fingerprint, remedy, improves } = pattern;
    const missing = state === 'not-shown';
    return {
      id,
      title,
      state,
      sentence,
      fingerprint,
      evidence,
      remedy: missing ? remedy : null,
      improves: missing ? { dimension: improves.dimension, figure: improves.figure(trace) } : null,
    };
  });
