import { startStore, type Store } from '@gameday/injector';
import { EMBEDDED_CREDENTIALS, type Credentials } from '../../adapters/s3-behind.ts';
import { CliError } from '../cli-error.ts';

export interface S3Request {
  /** Separated by commas. */
  readonly regions: string;
  readonly port: number;
  readonly data: string | undefined;
  /** Flush to disk before a write is answered; only with `data`. */
  readonly durable: boolean;
  readonly accessKey: readonly string[];
  readonly secretKey: readonly string[];
  readonly json: boolean;
}

/** Runs the embedded S3 until it is asked to end. @throws {CliError} where keys and secrets do not pair up */
export async function serveS3(request: S3Request): Promise<void> {
  const credentials = pairs(request.accessKey, request.secretKey);
  if (request.durable && request.data === undefined) {
    throw new CliError('--durable without --data', 'name the folder that keeps the objects', 'usage');
  }
  const regions = request.regions.split(',').map((region) => region.trim());
  const store = await startStore({
    regions,
    port: request.port,
    credentials,
    ...(request.data === undefined ? {} : { dataFolder: request.data, durable: request.durable }),
    onFault: (error) => process.stderr.write(`chaos s3: ${String(error)}\n`),
  });
  process.stdout.write(request.json ? asJson(store, credentials) : introduction(store, credentials));
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  for (const [feature, count] of store.notImplemented()) {
    process.stderr.write(`not implemented, answered 501: ${feature} (${count} times)\n`);
  }
  await store.stop();
}

function pairs(keys: readonly string[], secrets: readonly string[]): Credentials[] {
  if (keys.length !== secrets.length) {
    throw new CliError(
      `${keys.length} --access-key and ${secrets.length} --secret-key`,
      'give as many secrets as keys, in the same order',
      'usage',
    );
  }
  if (keys.length === 0) return [EMBEDDED_CREDENTIALS];
  return keys.map((accessKeyId, index) => ({ accessKeyId, secretAccessKey: secrets[index] ?? '' }));
}

const asJson = (store: Store, credentials: readonly Credentials[]): string =>
  `${JSON.stringify({ endpoints: Object.fromEntries(store.endpoints), credentials })}\n`;

function introduction(store: Store, [first]: readonly Credentials[]): string {
  const lines = [...store.endpoints].flatMap(([region, endpoint]) => [
    `# ${region}`,
    `export AWS_ENDPOINT_URL_S3=${endpoint} AWS_REGION=${region}`,
  ]);
  const keys = `export AWS_ACCESS_KEY_ID=${first?.accessKeyId} AWS_SECRET_ACCESS_KEY=${first?.secretAccessKey}`;
  return `${lines.join('\n')}\n# every region\n${keys}\n\nCtrl-C ends it.\n`;
}
