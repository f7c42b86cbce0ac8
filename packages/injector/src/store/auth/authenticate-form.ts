import { headerPlace, readScope } from '../core/authorization.ts';
import { S3Error } from '../core/s3-error.ts';
import type { Caller } from '../http/call.ts';
import type { Credential } from './account.ts';
import { signV2 } from './signature-v2.ts';
import { sameSignature, signingKey } from './signing-key.ts';

/** Finds out who signed a form's policy, by either scheme. @throws S3Error in S3's words */
export function authenticateForm(
  fields: ReadonlyMap<string, string>,
  policy: string,
  credentials: ReadonlyMap<string, Credential>,
  region: string,
): Caller {
  const credentialText = fields.get('x-amz-credential');
  const keyId = fields.get('awsaccesskeyid');
  if (credentialText === undefined && keyId === undefined) {
    throw missing(fields.has('signature') ? 'AWSAccessKeyId' : 'x-amz-credential');
  }
  const scope =
    credentialText === undefined
      ? undefined
      : readScope(credentialText, {
          credential: (problem) =>
            new S3Error('InvalidArgument', { message: `The x-amz-credential field is malformed; ${problem}` }),
        });
  const accessKeyId = scope?.accessKeyId ?? keyId ?? '';
  const signature = fields.get(scope === undefined ? 'signature' : 'x-amz-signature');
  if (signature === undefined) throw missing('signature');
  const credential = credentials.get(accessKeyId);
  if (credential === undefined) throw new S3Error('InvalidAccessKeyId', { details: { AWSAccessKeyId: accessKeyId } });
  if (scope !== undefined && scope.region !== region) {
    throw headerPlace.credential(`the region '${scope.region}' is wrong; expecting '${region}'`, {
      details: { Region: region },
    });
  }
  const expected =
    scope === undefined
      ? signV2(credential.secretAccessKey, policy)
      : signingKey(credential.secretAccessKey, scope).sign(policy);
  if (!sameSignature(signature, expected)) {
    throw new S3Error('SignatureDoesNotMatch', {
      details: { AWSAccessKeyId: accessKeyId, StringToSign: policy, SignatureProvided: signature },
    });
  }
  return { kind: 'account', account: credential.account ?? credential.accessKeyId, accessKeyId };
}

const missing = (field: string): S3Error =>
  new S3Error('InvalidArgument', {
    message: `Bucket POST must contain a field named '${field}'.  If it is specified, please check the order of the fields.`,
    details: { ArgumentName: field, ArgumentValue: '' },
  });
