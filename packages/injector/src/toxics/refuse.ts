import type { Toxic } from './toxic.ts';

/** Nobody listens. What still comes in, over a connection made before or through a shared proxy port, is reset. */
export const refuse: Toxic<'refuse'> = {
  act(_effect, wire) {
    wire.reset();
    return 'decided';
  },
};
