import type { Toxic } from './toxic.ts';

/** The answer's body stops in the middle. */
export const stall: Toxic<'stall'> = {
  act({ afterBytes }, wire) {
    wire.forward({ kind: 'stall', afterBytes });
    return 'decided';
  },
};
