import type { Toxic } from './toxic.ts';

/** The connection is reset: before a byte of the answer, or in the middle of its body. */
export const reset: Toxic<'reset'> = {
  act({ stage, afterBytes }, wire) {
    if (stage === 'head') wire.reset();
    else wire.forward(afterBytes);
    return 'decided';
  },
};
