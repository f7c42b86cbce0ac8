import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { InterceptingProxy } from '../injector.ts';

const preload = new URL('node-preload.js', import.meta.url).href;

/**
 * What a child process must have in its environment so that its S3 traffic goes through the proxy: `HTTPS_PROXY` for
 * clients that heed it, certificates for those that check, and a preload for Node, which heeds no proxy by itself.
 * Loopback addresses stay out of it. rclone 1.60 does not start where `AWS_CA_BUNDLE` is set: leave that one out for it.
 * @param folder where the certificates are written to, readable by this user alone
 * @param nodeOptions the child's own `NODE_OPTIONS`, kept
 */
export async function proxyEnvironment(
  { url, caCertificate }: InterceptingProxy,
  folder: string,
  nodeOptions = '',
): Promise<Readonly<Record<string, string>>> {
  const authority = join(folder, 'gameday-ca.pem');
  const bundle = join(folder, 'gameday-ca-bundle.pem');
  await writeFile(authority, caCertificate, { mode: 0o600 });
  // Clients that take a bundle trust nothing else: other hosts must still be trusted.
  await writeFile(bundle, [...rootCertificates, caCertificate].join('\n'), { mode: 0o600 });
  return {
    HTTPS_PROXY: url,
    https_proxy: url,
    NO_PROXY: 'localhost,127.0.0.1,::1',
    no_proxy: 'localhost,127.0.0.1,::1',
    AWS_CA_BUNDLE: bundle,
    SSL_CERT_FILE: bundle,
    NODE_EXTRA_CA_CERTS: authority,
    NODE_OPTIONS: `${nodeOptions} --import=${preload}`.trim(),
    GAMEDAY_PROXY: url,
  };
}
