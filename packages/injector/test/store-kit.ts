import { connect } from 'node:net';
import { S3Client, S3ServiceException, type S3ClientConfig } from '@aws-sdk/client-s3';
import { startStore, type Store, type StoreOptions } from '../src/store/index.ts';

const REGIONS: readonly string[] = ['us-east-1', 'us-west-2', 'eu-west-1'];
export const owner = { accessKeyId: 'OWNER', secretAccessKey: 'owner/secret' };
export const stranger = { accessKeyId: 'STRANGER', secretAccessKey: 'stranger/secret' };

/** A store of three regions and two accounts; a failure of its own fails the test that asked for it. */
export function startTestStore(options: Partial<StoreOptions> = {}): Promise<Store> {
  return startStore({
    regions: REGIONS,
    credentials: [owner, stranger],
    onFault: (error) => {
      throw error;
    },
    ...options,
  });
}

export const endpointOf = (store: Store, region = 'us-east-1'): string => {
  const endpoint = store.endpoints.get(region);
  if (endpoint === undefined) throw new Error(`no endpoint for ${region}`);
  return endpoint;
};

/** A client as an app would make it: all defaults, no retries so that every answer is seen. */
export const clientOf = (store: Store, region = 'us-east-1', config: S3ClientConfig = {}): S3Client =>
  new S3Client({ region, endpoint: endpointOf(store, region), credentials: owner, maxAttempts: 1, ...config });

/** How a request failed: S3's code, status and message, or undefined where it succeeded. */
export async function failureOf(
  sent: Promise<unknown>,
): Promise<
  { readonly code: string; readonly status: number | undefined; readonly error: S3ServiceException } | undefined
> {
  try {
    await sent;
    return undefined;
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error;
    return { code: error.name, status: error.$metadata.httpStatusCode, error };
  }
}

/** `CODE STATUS` of a failure, for short assertions. */
export async function codeOf(sent: Promise<unknown>): Promise<string> {
  const failure = await failureOf(sent);
  return failure === undefined ? 'success' : `${failure.code} ${failure.status}`;
}

/**
 * The two ways in which an endpoint serves a connection, and what to send first for it to take them: an empty line before
 * a request is no ordinary beginning, and node:http passes it over.
 */
export const paths = [
  { path: 'fast', lead: '' },
  { path: "node's", lead: '\r\n' },
] as const;

/** Sends bytes over a bare socket and gives back everything that comes until the server closes or `until` is seen. */
export function exchangeRaw(
  endpoint: string,
  bytes: string | readonly (string | Buffer)[],
  until?: (received: string) => boolean,
): Promise<string> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), hostname, () => {
      for (const piece of typeof bytes === 'string' ? [bytes] : bytes) socket.write(piece);
    });
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      received += text;
      if (until?.(received) === true) socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}
