import type { Toxic } from './toxic.ts';

/** The client asks whether to send its body, and is left waiting. */
export const continueStall: Toxic<'continue-stall'> = {
  act({ holdMs }, wire) {
    wire.delayContinue(holdMs);
    return 'goes-on';
  },
};
