import { createHash } from 'node:crypto';
import { addAbortSignal, Readable } from 'node:stream';
import type { KeyProvider } from '@gameday/injector';
import { GetObjectCommand, NoSuchKey, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Ledger } from '../../core/ledger/ledger.ts';
import { fillTemplate, templateNames } from '../../core/words/template.ts';
import type { AuditFinding, Auditor, EntryFinding, StateFinding } from '../../ports/auditor.ts';
import { forEach, forEachEntry, type NamedEntry } from './for-each-entry.ts';
import type { Credentials } from '../s3-behind.ts';

export interface S3AuditOptions {
  /** The S3 itself, behind the injector. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Key template of `${entry}` or of `${register}`: `photos/${entry}.jpg`. */
  readonly key: string;
  /** Whose members they are; null for the collection without a name. */
  readonly collection: string | null;
  readonly credentials: Credentials | KeyProvider;
}

/** Objects, each a piece at a time: what is in memory does not depend on their sizes. */
const AT_ONCE = 16;
const ANSWER_WITHIN_MS = 10_000;

/** Reads the ledger straight from S3, past the injector and the app: what is really there, in one of its places. */
export function createS3Auditor(options: S3AuditOptions): Auditor {
  return {
    async audit(ledger: Ledger, onFinding: (finding: AuditFinding) => void, signal: AbortSignal) {
      const { endpoint, region, credentials } = options;
      const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
      if (templateNames(options.key).includes('register')) {
        await forEach(ledger.places('register'), AT_ONCE, signal, async (register) =>
          onFinding(await lookAtRegister(client, options, ledger, register)),
        );
      } else {
        await forEachEntry(ledger, options.collection, AT_ONCE, signal, async (entry) =>
          onFinding(await look(client, options, entry)),
        );
      }
      client.destroy();
    },
  };
}

const placeOf = ({ region, bucket }: S3AuditOptions): string => `${region}/${bucket}`;

/** The digest of an object, or why there is none. */
type S3Object = { readonly digest: string } | { readonly found: 'absent' | 'unreadable'; readonly detail: string };

async function readObject(client: S3Client, Bucket: string, Key: string): Promise<S3Object> {
  const abortSignal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }), { abortSignal });
    return { digest: await digestOf(Body, abortSignal) };
  } catch (error) {
    if (error instanceof NoSuchKey) return { found: 'absent', detail: 'NoSuchKey' };
    return { found: 'unreadable', detail: error instanceof S3ServiceException ? error.name : String(error) };
  }
}

/** SHA-256 in hexadecimal digits of a body that is read as it comes. @throws Error where it breaks off or takes too long */
async function digestOf(body: unknown, signal: AbortSignal): Promise<string> {
  if (!(body instanceof Readable)) throw new Error('the answer has no body');
  const hash = createHash('sha256');
  const pieces: AsyncIterable<Buffer> = addAbortSignal(signal, body);
  for await (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

async function look(client: S3Client, options: S3AuditOptions, entry: NamedEntry): Promise<EntryFinding> {
  const { id, state, known } = entry;
  const base = {
    type: 'ledger.audited',
    entry: id,
    acked: state === 'acked',
    via: 's3',
    place: placeOf(options),
  } as const;
  const object = await readObject(client, options.bucket, fillTemplate(options.key, { entry: known.name }));
  if ('found' in object) return { ...base, ...object };
  return object.digest === entry.digest
    ? { ...base, found: 'present', detail: '' }
    : { ...base, found: 'corrupted', detail: 'other bytes than were written' };
}

async function lookAtRegister(
  client: S3Client,
  options: S3AuditOptions,
  ledger: Ledger,
  name: string,
): Promise<StateFinding> {
  const base = { type: 'ledger.state', kind: 'register', name, via: 's3', place: placeOf(options) } as const;
  const object = await readObject(client, options.bucket, fillTemplate(options.key, { register: name }));
  if ('found' in object) return { ...base, ...object };
  const { version } = ledger.sight(name, object, { sentMs: Infinity, endedMs: Infinity });
  return { ...base, found: 'value', seen: version, detail: '' };
}
