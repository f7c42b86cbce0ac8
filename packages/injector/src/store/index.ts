export interface StoreOptions {
  /** Region names; each gets an endpoint of its own, in one namespace of buckets as in AWS. */
  readonly regions: readonly string[];
  /** First loopback port; 0 (the default) takes free ones. */
  readonly port?: number;
  /** Access keys accepted, with their secrets. */
  readonly credentials: readonly { readonly accessKeyId: string; readonly secretAccessKey: string }[];
}

export interface Store {
  /** Endpoint URL per region name. */
  readonly endpoints: ReadonlyMap<string, string>;
  stop(): Promise<void>;
}

/** Starts the embedded S3: one loopback endpoint per region. */
export async function startStore(options: StoreOptions): Promise<Store> {
  throw new Error(`to be built ${options.regions.length}`);
}
