import type { Toxic } from './toxic.ts';

/** 200 OK at once, spaces while the client waits, and then no success. */
export const errorInSuccess: Toxic<'error-in-success'> = {
  act({ code, body, drips, dripEveryMs, applied }, wire) {
    const deceive = (): void => wire.deceive(code, body, { count: drips, everyMs: dripEveryMs });
    if (applied) wire.forwardUnheard(deceive);
    else wire.discardRequest(deceive);
    return 'decided';
  },
};
