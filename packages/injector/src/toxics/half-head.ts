import type { Toxic } from './toxic.ts';

/** Half of an answer's head, then nothing more. */
export const halfHead: Toxic<'half-head'> = {
  act(_effect, wire) {
    wire.discardRequest(() => wire.halfHead(() => wire.wait(Infinity, () => wire.reset())));
    return 'decided';
  },
};
