import type { Effect } from '../core/decide.ts';
import type { FaultKind } from '../core/fault.ts';
import { blackout } from './blackout.ts';
import { httpError } from './http-error.ts';
import { latency } from './latency.ts';
import { refuse } from './refuse.ts';
import { reset } from './reset.ts';
import { silent } from './silent.ts';
import type { Toxic, Wire } from './toxic.ts';

type Toxics = { readonly [Kind in FaultKind]: Toxic<Kind> };

/** The toxic of every kind of fault. A kind without one does not compile. */
const toxics: Toxics = { blackout, 'http-error': httpError, latency, refuse, reset, silent };

/** Lets an effect's toxic act on an exchange. */
export function actOut<Kind extends FaultKind>(
  effect: Extract<Effect, { readonly kind: Kind }> & { readonly kind: Kind },
  wire: Wire,
): 'decided' | 'goes-on' {
  return toxics[effect.kind].act(effect, wire);
}

/** Whether a kind of fault closes the endpoints of its regions. */
export function shutsDoor(kind: FaultKind): boolean {
  return toxics[kind].shutsDoor === true;
}
