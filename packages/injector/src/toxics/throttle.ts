import { httpError } from './http-error.ts';
import type { Toxic } from './toxic.ts';

/** Strikes only what exceeds its budget. */
export const throttle: Toxic<'throttle'> = {
  act: (_effect, wire) => httpError.act({ kind: 'http-error', code: 'SlowDown', afterMs: 0, applied: false }, wire),
};
