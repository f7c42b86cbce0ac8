import type { Toxic } from './toxic.ts';

/** The answer's body ends early, with or without a Content-Length that tells. */
export const truncate: Toxic<'truncate'> = {
  act({ afterBytes, length }, wire) {
    wire.forward({ kind: 'truncate', afterBytes, length });
    return 'decided';
  },
};
