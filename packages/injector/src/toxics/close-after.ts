import type { Toxic } from './toxic.ts';

/** The connection does not outlive its answer. */
export const closeAfter: Toxic<'close-after'> = {
  act(_effect, wire) {
    wire.closeAfter();
    return 'goes-on';
  },
};
