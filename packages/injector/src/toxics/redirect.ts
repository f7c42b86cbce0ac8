import type { Toxic } from './toxic.ts';

/** S3 says that the bucket is elsewhere. */
export const redirect: Toxic<'redirect'> = {
  act({ code, toRegion }, wire) {
    wire.discardRequest(() => wire.answer(code, { toRegion }));
    return 'decided';
  },
};
