import { optionError } from '../source/input-error.ts';
import { isRegionName } from '../words/template.ts';

const BUCKET_AT = /^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:@(.+))?$/;

/** `--bucket uploads --bucket uploads-west@us-west-2`. @throws {InputError} */
export function parseBuckets(buckets: readonly string[]): { readonly name: string; readonly region?: string }[] {
  return buckets.map((text) => {
    const [, name, region] = BUCKET_AT.exec(text) ?? [];
    if (name === undefined || (region !== undefined && !isRegionName(region))) {
      const hint = '--bucket uploads --bucket copies@us-west-2';
      throw optionError(`--bucket ${text}`, 'expected NAME or NAME@REGION', hint);
    }
    return region === undefined ? { name } : { name, region };
  });
}
