import type { Toxic } from './toxic.ts';

/** The request is read, and no answer ever comes. */
export const silent: Toxic<'silent'> = {
  act(_effect, wire) {
    wire.discardRequest(() => {});
    wire.wait(Infinity, () => wire.reset());
    return 'decided';
  },
};
