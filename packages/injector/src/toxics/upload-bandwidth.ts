import { paceOf } from './pace.ts';
import type { Toxic } from './toxic.ts';

/** The request's body goes out slowly and evenly. */
export const uploadBandwidth: Toxic<'upload-bandwidth'> = {
  act({ bytesPerSecond }, wire) {
    wire.paceRequest(paceOf(bytesPerSecond));
    return 'goes-on';
  },
};
