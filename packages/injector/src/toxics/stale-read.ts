import type { Toxic } from './toxic.ts';

/** The reader sees what was there before the last write. */
export const staleRead: Toxic<'stale-read'> = {
  act(_effect, wire) {
    wire.discardRequest(() => wire.answerAsBefore());
    return 'decided';
  },
};
