const shape = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** Each label of a host name begins and ends with a letter or a digit. */
const brokenLabel = /\.[.-]|-\./;
const ipv4 = /^\d+\.\d+\.\d+\.\d+$/;
const reservedPrefixes = ['xn--', 'sthree-'];
const reservedSuffixes = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

/** Whether S3 would let a bucket bear this name (S3 User Guide, "General purpose bucket naming rules"). */
export function isBucketName(name: string): boolean {
  return (
    shape.test(name) &&
    !ipv4.test(name) &&
    !brokenLabel.test(name) &&
    !reservedPrefixes.some((prefix) => name.startsWith(prefix)) &&
    !reservedSuffixes.some((suffix) => name.endsWith(suffix))
  );
}
