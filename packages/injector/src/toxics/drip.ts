import type { Toxic } from './toxic.ts';

/** The answer's body comes a few bytes at a time: always alive, never done. */
export const drip: Toxic<'drip'> = {
  act({ bytes, everyMs }, wire) {
    wire.forward({ kind: 'pace', bytes, everyMs });
    return 'decided';
  },
};
