import { defaultProvider } from '@aws-sdk/credential-provider-node';
import type { KeyProvider } from '../plane/owner-check.ts';

/**
 * The user's AWS credentials from wherever the AWS SDKs find them: environment, profile, SSO, instance metadata.
 * Temporary ones are renewed in time.
 */
export const userKeys = (): KeyProvider => defaultProvider();
