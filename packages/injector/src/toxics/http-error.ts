import type { Toxic } from './toxic.ts';

/** S3's own error answer. Applied, the request takes effect first and the client is lied to. */
export const httpError: Toxic<'http-error'> = {
  act({ code, afterMs, applied, retryAfterS }, wire) {
    const fail = (): void => wire.wait(afterMs, () => wire.answer(code, { retryAfterS }));
    if (applied) wire.forwardUnheard(fail);
    else wire.discardRequest(fail);
    return 'decided';
  },
};
