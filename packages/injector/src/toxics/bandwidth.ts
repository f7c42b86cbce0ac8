import { paceOf } from './pace.ts';
import type { Toxic } from './toxic.ts';

/** The answer's body comes slowly and evenly. */
export const bandwidth: Toxic<'bandwidth'> = {
  act({ bytesPerSecond }, wire) {
    wire.forward({ kind: 'pace', ...paceOf(bytesPerSecond) });
    return 'decided';
  },
};
