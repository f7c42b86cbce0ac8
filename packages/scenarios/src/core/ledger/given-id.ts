import { capture, captureWords, type Capturable } from '../workload/capture.ts';
import { excerpt } from '../source/excerpt.ts';
import type { CaptureFrom } from '../plan.ts';

/** The id that an app gave an entry. */
export interface GivenId {
  /** As the app's stores have it. */
  readonly name: string;
  /** As it stands in a path, percent-encoded. */
  readonly inUrl: string;
}

/** No store has longer keys, and a whole page is no id. */
const CHARS_MAX = 1_024;
/** Their values are URLs (RFC 9110, 8.7 and 10.2.2). */
const URL_HEADERS: ReadonlySet<string> = new Set(['location', 'content-location']);

/**
 * The id that an answer gives; null where it has none, or one that no path could name. Of a `Location` without a pattern
 * it is the last part of the path. What comes from a URL is taken as it stands there, with its slashes.
 */
export function givenId(from: CaptureFrom, answer: Capturable): GivenId | null {
  const found = capture(from, answer);
  if (found === null) return null;
  if (from.kind === 'header' && URL_HEADERS.has(from.name.toLowerCase())) {
    const inUrl = (from.pattern ?? null) === null ? lastPart(found) : found;
    return checked(decoded(inUrl), inUrl);
  }
  return checked(found, encoded(found));
}

const lastPart = (url: string): string => /([^/]*)\/?$/.exec(url.replace(/[?#].*$/s, ''))?.[1] ?? '';

function checked(name: string, inUrl: string | null): GivenId | null {
  const isNone = inUrl === null || ['', '.', '..'].includes(name) || name.length > CHARS_MAX;
  return isNone ? null : { name, inUrl };
}

/** Null for half a surrogate pair, which no URL can carry. */
function encoded(name: string): string | null {
  try {
    return encodeURIComponent(name);
  } catch {
    return null;
  }
}

function decoded(inUrl: string): string {
  try {
    return decodeURIComponent(inUrl);
  } catch {
    return inUrl;
  }
}

/** What an answer without its id had in its place, for the reader. */
export function noIdWords(from: CaptureFrom, { text, headers }: Capturable): string {
  const value = from.kind === 'header' ? headers[from.name.toLowerCase()] : text;
  const received = typeof value === 'object' ? value[0] : value;
  const what = received === undefined ? 'no such header' : received === '' ? 'nothing' : excerpt(received);
  return `no id in ${captureWords(from)}; received ${what}`;
}
