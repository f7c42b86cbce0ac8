import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';

/** Temporary or lasting keys of an AWS user. */
export interface UserKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Gives the keys of a user of AWS. */
export type KeyProvider = () => Promise<UserKeys>;

/** Asks S3 whether buckets belong to an account, each once: what belongs to it stays so, other answers are asked anew. */
export interface OwnerCheck {
  /** Why not; null where it does. */
  refusal(bucket: string): Promise<string | null>;
  close(): void;
}

export function openOwnerCheck(endpoint: string, region: string, account: string, keys: KeyProvider): OwnerCheck {
  const client = new S3Client({ endpoint, region, credentials: keys, forcePathStyle: true });
  const known = new Map<string, Promise<string | null>>();
  const ask = async (bucket: string): Promise<string | null> => {
    try {
      await client.send(new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: account }));
      return null;
    } catch (error) {
      known.delete(bucket);
      const why = error instanceof Error ? error.name : String(error);
      return `Gameday is armed for account ${account}, and S3 does not say that bucket ${bucket} is its own: ${why}`;
    }
  };
  return {
    refusal: (bucket) => {
      const asked = known.get(bucket) ?? ask(bucket);
      known.set(bucket, asked);
      return asked;
    },
    close: () => client.destroy(),
  };
}
