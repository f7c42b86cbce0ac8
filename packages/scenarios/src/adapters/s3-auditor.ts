import { createHash } from 'node:crypto';
import { addAbortSignal, Readable } from 'node:stream';
import type { KeyProvider } from '@gameday/injector';
import { GetObjectCommand, NoSuchKey, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Ledger, LedgerEntry } from '../core/ledger.ts';
import { fillTemplate } from '../core/template.ts';
import type { AuditFinding, Auditor } from '../ports/auditor.ts';
import { forEachEntry } from './for-each-entry.ts';
import type { Credentials } from './s3-behind.ts';

export interface S3AuditOptions {
  /** The S3 itself, behind the injector. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Key template, `photos/${entry}.jpg`. */
  readonly key: string;
  readonly credentials: Credentials | KeyProvider;
}

/** Objects, each a piece at a time: what is in memory does not depend on their sizes. */
const AT_ONCE = 16;
const ANSWER_WITHIN_MS = 10_000;

/** Reads every entry straight from S3, past the injector and the app: what is really there. */
export function createS3Auditor(options: S3AuditOptions): Auditor {
  return {
    async audit(ledger: Ledger, onFinding: (finding: AuditFinding) => void, signal: AbortSignal) {
      const { endpoint, region, credentials } = options;
      const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
      await forEachEntry(ledger, AT_ONCE, signal, async (entry) => onFinding(await look(client, options, entry)));
      client.destroy();
    },
  };
}

async function look(client: S3Client, options: S3AuditOptions, entry: LedgerEntry): Promise<AuditFinding> {
  const base = { entry: entry.id, acked: entry.state === 'acked', via: 's3' } as const;
  try {
    const command = new GetObjectCommand({
      Bucket: options.bucket,
      Key: fillTemplate(options.key, { entry: entry.id }),
    });
    const abortSignal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const { Body } = await client.send(command, { abortSignal });
    return (await digestOf(Body, abortSignal)) === entry.digest
      ? { ...base, found: 'present', detail: '' }
      : { ...base, found: 'corrupted', detail: 'other bytes than were written' };
  } catch (error) {
    if (error instanceof NoSuchKey) return { ...base, found: 'absent', detail: 'NoSuchKey' };
    const detail = error instanceof S3ServiceException ? error.name : String(error);
    return { ...base, found: 'unreadable', detail };
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
