import { httpError } from './http-error.ts';
import { reset } from './reset.ts';
import { silent } from './silent.ts';
import type { Toxic } from './toxic.ts';

/** A dead region as on 28 February 2017: mostly silence, some resets, a few late 503s. */
export const blackout: Toxic<'blackout'> = {
  act({ as, afterMs }, wire) {
    switch (as) {
      case 'silent':
        return silent.act({ kind: 'silent' }, wire);
      case 'reset':
        return reset.act({ kind: 'reset', stage: 'head', afterBytes: 0 }, wire);
      case 'unavailable':
        return httpError.act({ kind: 'http-error', code: 'ServiceUnavailable', afterMs, applied: false }, wire);
    }
  },
};
