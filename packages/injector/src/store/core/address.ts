import { percentDecode } from './query.ts';
import type { Level } from './operation.ts';

export interface Address {
  readonly level: Level;
  /** Empty at service level. */
  readonly bucket: string;
  /** Empty unless at object level. */
  readonly key: string;
  /**
   * `global` where the request named no region in its host (`bucket.s3.amazonaws.com`): in AWS, DNS would have taken it
   * to the bucket's own region.
   */
  readonly reach: 'regional' | 'global';
  /** Whether the bucket is named by the host, not the path. */
  readonly isHosted: boolean;
}

const amazonHost = /^(?:(?<bucket>.+)\.)?s3(?:[.-](?:dualstack\.)?(?<region>[a-z0-9-]+))?\.amazonaws\.com(?:\.cn)?$/;
const localHost = /^(?:(?<bucket>.+?)\.)?(?:s3(?:[.-][a-z0-9-]+)?\.)?localhost$/;
const ipv4 = /^\d+\.\d+\.\d+\.\d+$/;

/** The bucket that a Host header names, and whether it names a region; undefined bucket means path style. */
function readHost(host: string): { readonly bucket?: string; readonly reach: Address['reach'] } {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (ipv4.test(name) || name.startsWith('[')) return { reach: 'regional' };
  const amazon = amazonHost.exec(name)?.groups;
  if (amazon !== undefined) {
    const reach = amazon['region'] === undefined ? 'global' : 'regional';
    return amazon['bucket'] === undefined ? { reach } : { bucket: amazon['bucket'], reach };
  }
  const bucket = localHost.exec(name)?.groups?.['bucket'];
  return bucket === undefined ? { reach: 'regional' } : { bucket, reach: 'regional' };
}

/**
 * Finds bucket and key from the Host header and the path as sent: virtual-host style (`bucket.s3.REGION.amazonaws.com`,
 * `bucket.localhost`) or path style. Undefined where the path holds a malformed escape.
 */
export function readAddress(host: string, path: string): Address | undefined {
  const { bucket: hosted, reach } = readHost(host);
  let bucket = hosted;
  let rest = path.slice(1);
  if (bucket === undefined) {
    const slash = rest.indexOf('/');
    bucket = percentDecode(slash === -1 ? rest : rest.slice(0, slash));
    rest = slash === -1 ? '' : rest.slice(slash + 1);
  }
  const key = percentDecode(rest);
  if (bucket === undefined || key === undefined) return undefined;
  const level = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
  return { level, bucket, key, reach, isHosted: hosted !== undefined };
}
