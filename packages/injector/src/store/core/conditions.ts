import { parseHttpTime } from './calendar.ts';

/** The four conditional headers of one request, or of its copy source. */
export interface Conditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifModifiedSince?: string | undefined;
  readonly ifUnmodifiedSince?: string | undefined;
}

export type Verdict =
  | { readonly kind: 'proceed' }
  /** `condition` is the header that says so. */
  | { readonly kind: 'not-modified'; readonly condition: string }
  | { readonly kind: 'failed'; readonly condition: string };

const proceed: Verdict = { kind: 'proceed' };

/** Whether an entity tag is in a header's list; quotes are optional, as S3 is lenient, and `*` is any. */
export function matchesEtag(list: string, etag: string): boolean {
  return list.split(',').some((item) => {
    const tag = item.trim().replace(/^W\//, '');
    return tag === '*' || tag.replaceAll('"', '') === etag;
  });
}

/**
 * S3's precedence for reads: If-Match outranks If-Unmodified-Since, If-None-Match outranks If-Modified-Since. Times are
 * compared to the second. `prefix` names the failed condition in the error (`x-amz-copy-source-` for copies).
 */
export function judgeRead(
  conditions: Conditions,
  found: { readonly etag: string; readonly lastModifiedMs: number },
  prefix = '',
): Verdict {
  const modified = Math.floor(found.lastModifiedMs / 1000);
  const { ifMatch, ifNoneMatch } = conditions;
  if (ifMatch !== undefined) {
    if (!matchesEtag(ifMatch, found.etag)) return { kind: 'failed', condition: `${prefix}If-Match` };
  } else {
    const unmodifiedSince = seconds(conditions.ifUnmodifiedSince);
    if (unmodifiedSince !== undefined && modified > unmodifiedSince) {
      return { kind: 'failed', condition: `${prefix}If-Unmodified-Since` };
    }
  }
  if (ifNoneMatch !== undefined) {
    if (!matchesEtag(ifNoneMatch, found.etag)) return proceed;
    return { kind: 'not-modified', condition: `${prefix}If-None-Match` };
  }
  const modifiedSince = seconds(conditions.ifModifiedSince);
  if (modifiedSince === undefined || modified > modifiedSince) return proceed;
  return { kind: 'not-modified', condition: `${prefix}If-Modified-Since` };
}

/** Whether a range may be served: `If-Range`, an entity tag or a time, is of the very object that is there now. */
export function isRangeValid(
  ifRange: string | undefined,
  found: { readonly etag: string; readonly lastModifiedMs: number },
): boolean {
  if (ifRange === undefined) return true;
  const since = seconds(ifRange);
  return since === undefined ? ifRange.trim() === `"${found.etag}"` : since === Math.floor(found.lastModifiedMs / 1000);
}

function seconds(header: string | undefined): number | undefined {
  const ms = header === undefined ? undefined : parseHttpTime(header);
  return ms === undefined ? undefined : Math.floor(ms / 1000);
}

export type WriteVerdict = 'proceed' | 'failed' | 'no-such-key' | 'not-implemented';

/** S3's conditional writes: `If-None-Match: *` creates only, `If-Match` replaces only the version that the writer saw. */
export function judgeWrite(conditions: Conditions, currentEtag: string | undefined): WriteVerdict {
  const { ifMatch, ifNoneMatch } = conditions;
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch.trim() !== '*' || ifMatch !== undefined) return 'not-implemented';
    return currentEtag === undefined ? 'proceed' : 'failed';
  }
  if (ifMatch === undefined) return 'proceed';
  if (currentEtag === undefined) return 'no-such-key';
  return matchesEtag(ifMatch, currentEtag) ? 'proceed' : 'failed';
}
