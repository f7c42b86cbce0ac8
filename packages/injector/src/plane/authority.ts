import { generateCACertificate } from 'mockttp/dist/util/certificates';

/** A certificate authority in PEM. */
export interface Authority {
  readonly key: string;
  readonly cert: string;
}

/** A new one, for one run. */
export async function createAuthority(): Promise<Authority> {
  const { key, cert } = await generateCACertificate({ subject: { commonName: 'Gameday, this run only' } });
  return { key, cert };
}
