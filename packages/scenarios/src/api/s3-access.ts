import type { Credentials } from '../adapters/s3-behind.ts';

/** How a client reaches S3: the embedded one, or an injector in front of it. */
export interface S3Access {
  /** URL of the home region's S3, on loopback. */
  readonly endpoint: string;
  /** The same for every region, the home region first. */
  readonly endpoints: ReadonlyMap<string, string>;
  /** The home region. */
  readonly region: string;
  /** Keys that this S3 accepts; never a secret. */
  readonly credentials: Credentials;
  /** For `new S3Client(...)` of the AWS SDK for JavaScript, in the home region. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: Credentials;
    readonly forcePathStyle: true;
  };
  /** For the environment of an app: the SDKs of AWS find endpoint, region and keys there by themselves. */
  readonly env: Readonly<Record<string, string>>;
}

/** @throws {Error} where there is no region */
export function s3Access(endpoints: ReadonlyMap<string, string>, credentials: Credentials): S3Access {
  const [home] = endpoints;
  if (home === undefined) throw new Error('S3 needs at least one region, us-east-1 for example');
  const [region, endpoint] = home;
  return {
    endpoint,
    endpoints,
    region,
    credentials,
    client: { endpoint, region, credentials, forcePathStyle: true },
    env: {
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
  };
}
