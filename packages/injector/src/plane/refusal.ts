import { STATUS_CODES } from 'node:http';
import { s3Error, type S3Error as ErrorAnswer } from '../core/s3-error.ts';

/** An error of S3's in words of our own; `status` is for codes that are not in its catalogue. */
export function refusal(code: string, message: string, status = 403): ErrorAnswer {
  const known = s3Error(code) ?? { code, reason: STATUS_CODES[status] ?? 'Refused', retryable: false };
  return { ...known, status, message };
}
