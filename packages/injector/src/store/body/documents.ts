import { S3Error } from '../core/s3-error.ts';
import type { Call } from '../http/call.ts';
import { receiveBody } from './receive.ts';

const DOCUMENT_MAX_BYTES = 2 * 1024 * 1024;

/** Reads a small request document whole. @throws S3Error as `receiveBody`, and MalformedXML beyond 2 MiB */
export async function readDocument(call: Call): Promise<string> {
  const pieces: Buffer[] = [];
  const sink = {
    write: (bytes: Buffer): undefined => {
      pieces.push(Buffer.from(bytes));
    },
  };
  const hasLength = call.headers['content-length'] !== undefined || call.headers['transfer-encoding'] !== undefined;
  if (!hasLength) return '';
  try {
    await receiveBody(call, sink, { maxBytes: DOCUMENT_MAX_BYTES });
  } catch (error) {
    if (error instanceof S3Error && error.code === 'EntityTooLarge') throw new S3Error('MalformedXML');
    throw error;
  }
  return Buffer.concat(pieces).toString('utf8');
}
