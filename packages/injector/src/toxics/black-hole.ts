import { silent } from './silent.ts';
import type { Toxic } from './toxic.ts';

/** New connections are dropped before they are made. What comes over one made before gets no answer. */
export const blackHole: Toxic<'black-hole'> = {
  act: (_effect, wire) => silent.act({ kind: 'silent' }, wire),
};
