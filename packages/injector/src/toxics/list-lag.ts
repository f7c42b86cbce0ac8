import type { Toxic } from './toxic.ts';

/** The listing lags behind the writes. */
export const listLag: Toxic<'list-lag'> = {
  act({ withinMs }, wire) {
    wire.forwardWithoutFresh(withinMs);
    return 'decided';
  },
};
