import type { Toxic } from './toxic.ts';

/** S3 says that it has deleted what it keeps. */
export const lostDelete: Toxic<'lost-delete'> = {
  act(_effect, wire) {
    wire.readRequest((body) => wire.answerDeleted(body));
    return 'decided';
  },
};
