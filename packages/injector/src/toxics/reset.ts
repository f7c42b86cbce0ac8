import type { Toxic } from './toxic.ts';

/** The connection is reset: before a byte of the answer, in the middle of its head, or in the middle of its body. */
export const reset: Toxic<'reset'> = {
  act({ stage, afterBytes }, wire) {
    switch (stage) {
      case 'head':
        wire.reset();
        break;
      case 'in-head':
        wire.discardRequest(() => wire.halfHead(() => wire.reset()));
        break;
      case 'body':
        wire.forward({ kind: 'cut', afterBytes });
    }
    return 'decided';
  },
};
