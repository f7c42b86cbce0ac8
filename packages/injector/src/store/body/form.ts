import type { Readable, Writable } from 'node:stream';
import { Busboy } from '@fastify/busboy';
import { S3Error } from '../core/s3-error.ts';
import type { Call } from '../http/call.ts';

/** An HTML form that uploads: everything before its file, and the file, still to be read. */
export interface UploadForm {
  /** By lower-case name. */
  readonly fields: ReadonlyMap<string, string>;
  readonly file: Readable;
  readonly fileName: string;
  readonly fileType: string;
}

const FIELDS_MAX_BYTES = 20 * 1024;

async function textOf(field: Readable): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of field) {
    const bytes: Buffer = Buffer.from(piece);
    size += bytes.length;
    if (size <= FIELDS_MAX_BYTES) pieces.push(bytes);
  }
  if (size > FIELDS_MAX_BYTES) throw new S3Error('MaxPostPreDataLengthExceededError');
  return Buffer.concat(pieces).toString('utf8');
}

/** Settled when the parser takes more, or never will. */
const drained = (parser: Writable): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      parser.off('drain', done).off('error', done).off('close', done);
      resolve();
    };
    parser.on('drain', done).on('error', done).on('close', done);
  });

/**
 * Reads a `multipart/form-data` body up to its file.
 * @throws S3Error PreconditionFailed for another type of body, MalformedPOSTRequest, InvalidArgument where there is no file
 */
export function readForm({ headers, body }: Call): Promise<UploadForm> {
  const type = headers['content-type'] ?? '';
  if (!type.toLowerCase().startsWith('multipart/form-data')) {
    throw new S3Error('PreconditionFailed', {
      details: { Condition: 'Bucket POST must be of the enclosure-type multipart/form-data' },
    });
  }
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string>();
    let size = 0;
    const parser = new Busboy({
      headers: { ...headers, 'content-type': type },
      limits: { fieldSize: FIELDS_MAX_BYTES },
    });
    const pending: Promise<void>[] = [];
    let begun: Readable | undefined;
    const setField = (name: string, value: string): void => {
      size += name.length + value.length;
      if (size > FIELDS_MAX_BYTES) reject(new S3Error('MaxPostPreDataLengthExceededError'));
      else fields.set(name.toLowerCase(), value);
    };
    parser.on('field', setField);
    parser.on('file', (name, file, fileName, _encoding, fileType) => {
      if (name.toLowerCase() !== 'file') {
        // Some clients give every field a file name; only the one that is called so is the file.
        pending.push(textOf(file).then((text) => setField(name, text), reject));
        return;
      }
      // A refused upload is read by nobody, and its end must not bring the process down.
      file.on('error', () => {});
      begun = file;
      Promise.all(pending).then(() => resolve({ fields, file, fileName, fileType }), reject);
    });
    let isBroken = false;
    parser.on('error', () => {
      isBroken = true;
      reject(new S3Error('MalformedPOSTRequest'));
    });
    parser.on('finish', () => {
      reject(
        new S3Error('InvalidArgument', {
          message: 'POST requires exactly one file upload per request.',
          details: { ArgumentName: 'file', ArgumentValue: '0' },
        }),
      );
    });
    const reading = body.read({
      write: (bytes) => {
        if (isBroken) throw new S3Error('MalformedPOSTRequest');
        // The parser passes slices of it on, to be read in their time.
        return parser.write(Buffer.from(bytes)) ? undefined : drained(parser);
      },
    });
    if (reading === undefined) parser.end();
    else {
      reading.then(
        () => parser.end(),
        (error: unknown) => {
          const failure = error instanceof Error ? error : new Error('the form could not be read', { cause: error });
          begun?.destroy(failure);
          reject(failure);
        },
      );
    }
  });
}
