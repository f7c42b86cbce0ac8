import type { Toxic } from './toxic.ts';

/** One bit of the answer's body is wrong. */
export const corrupt: Toxic<'corrupt'> = {
  act({ atByte, checksums }, wire) {
    wire.forward({ kind: 'corrupt', atByte, checksums });
    return 'decided';
  },
};
