import type { Toxic } from './toxic.ts';

/** Strikes tunnels, in `plane/tunnels.ts`: an exchange has found its name already. */
export const dnsGone: Toxic<'dns-gone'> = { act: () => 'goes-on' };
