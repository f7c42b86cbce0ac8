import type { CredentialScope, SignaturePlace } from '../core/authorization.ts';
import { S3Error } from '../core/s3-error.ts';
import type { Credential } from './account.ts';

/** Finds the secret behind a signature. @throws S3Error InvalidAccessKeyId, InvalidToken, or as `place` words a wrong region */
export function findCredential(
  scope: CredentialScope,
  credentials: ReadonlyMap<string, Credential>,
  token: string | undefined,
  region: string,
  place: Pick<SignaturePlace, 'credential'>,
): Credential {
  const credential = credentials.get(scope.accessKeyId);
  if (credential === undefined) {
    throw new S3Error('InvalidAccessKeyId', { details: { AWSAccessKeyId: scope.accessKeyId } });
  }
  if (credential.sessionToken !== token) throw new S3Error('InvalidToken', { details: { 'Token-0': token ?? '' } });
  if (scope.region !== region) {
    throw place.credential(`the region '${scope.region}' is wrong; expecting '${region}'`, {
      details: { Region: region },
      headers: { 'x-amz-bucket-region': region },
    });
  }
  return credential;
}

/** A key is derived for one day, so it must be the request's. `amzDate` is YYYYMMDDTHHMMSSZ. @throws S3Error as `place` words it */
export function checkScopeDay(scope: CredentialScope, amzDate: string, place: Pick<SignaturePlace, 'day'>): void {
  const day = amzDate.slice(0, 8);
  if (scope.date === day) return;
  throw place.day(`Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date: "${day}".`);
}
