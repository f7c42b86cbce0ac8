import type { Toxic } from './toxic.ts';

/** Strikes tunnels, in `plane/tunnels.ts`: an exchange has its TLS already. */
export const tlsFailure: Toxic<'tls-failure'> = { act: () => 'goes-on' };
