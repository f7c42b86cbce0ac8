/** `--upstream`, for commands that can stand in front of an S3 elsewhere. */
export const upstreamOption = {
  type: 'string' as const,
  array: true as const,
  default: [] as readonly string[],
  describe: 'another S3 instead of the embedded one: REGION=URL; REGION=aws is AWS itself',
};

/** `--arm`: leave to touch it. */
export const armOption = {
  type: 'string' as const,
  array: true as const,
  default: [] as readonly string[],
  describe: 'what of an upstream elsewhere may be touched: BUCKET or account:ID; see docs/inject.md',
};
