import type { Toxic } from './toxic.ts';

/** How often a piece of the body leaves: often enough to look like a slow line, seldom enough to be cheap. */
const EVERY_MS = 20;

/** The answer's body comes slowly and evenly. */
export const bandwidth: Toxic<'bandwidth'> = {
  act({ bytesPerSecond }, wire) {
    const perPiece = (bytesPerSecond * EVERY_MS) / 1_000;
    const bytes = Math.max(1, Math.round(perPiece));
    wire.forward({ kind: 'pace', bytes, everyMs: (bytes * 1_000) / bytesPerSecond });
    return 'decided';
  },
};
