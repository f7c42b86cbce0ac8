import type { Effect } from '../core/decide.ts';
import type { FaultKind } from '../core/fault.ts';
import { bandwidth } from './bandwidth.ts';
import { blackHole } from './black-hole.ts';
import { blackout } from './blackout.ts';
import { closeAfter } from './close-after.ts';
import { continueStall } from './continue-stall.ts';
import { corrupt } from './corrupt.ts';
import { dnsGone } from './dns-gone.ts';
import { drip } from './drip.ts';
import { errorInSuccess } from './error-in-success.ts';
import { halfHead } from './half-head.ts';
import { httpError } from './http-error.ts';
import { latency } from './latency.ts';
import { listLag } from './list-lag.ts';
import { lostDelete } from './lost-delete.ts';
import { redirect } from './redirect.ts';
import { refuse } from './refuse.ts';
import { reset } from './reset.ts';
import { silent } from './silent.ts';
import { staleRead } from './stale-read.ts';
import { stall } from './stall.ts';
import { throttle } from './throttle.ts';
import { tlsFailure } from './tls-failure.ts';
import type { Toxic, Wire } from './toxic.ts';
import { truncate } from './truncate.ts';
import { uploadBandwidth } from './upload-bandwidth.ts';

type Toxics = { readonly [Kind in FaultKind]: Toxic<Kind> };

/** The toxic of every kind of fault. A kind without one does not compile. */
const toxics: Toxics = {
  bandwidth,
  'black-hole': blackHole,
  blackout,
  'close-after': closeAfter,
  'continue-stall': continueStall,
  corrupt,
  'dns-gone': dnsGone,
  drip,
  'error-in-success': errorInSuccess,
  'half-head': halfHead,
  'http-error': httpError,
  latency,
  'list-lag': listLag,
  'lost-delete': lostDelete,
  redirect,
  refuse,
  reset,
  silent,
  'stale-read': staleRead,
  stall,
  throttle,
  'tls-failure': tlsFailure,
  truncate,
  'upload-bandwidth': uploadBandwidth,
};

/** Lets an effect's toxic act on an exchange. */
export function actOut<Kind extends FaultKind>(
  effect: Extract<Effect, { readonly kind: Kind }> & { readonly kind: Kind },
  wire: Wire,
): 'decided' | 'goes-on' {
  return toxics[effect.kind].act(effect, wire);
}
