import type { EffectOf } from '../core/decide.ts';
import type { FaultKind } from '../core/fault.ts';

/**
 * What a toxic can do to one exchange.
 *
 *   client ---- request ----> [ toxic ] ---- request ----> S3
 *   client <--- answer ------ [ toxic ] <--- answer ------ S3
 *
 * A toxic acts on the request before it goes out, or on the answer before its head or in its body. Nothing that it does
 * lasts beyond its window: every wait ends with the window at the latest, and at once when the injector heals.
 * An exchange that is over (the client has gone, another window has cut it) ignores what its toxic still does.
 */
export interface Wire {
  /** Holds back the head of whatever answer the exchange will get. Several add up. */
  delayHead(delayMs: number): void;
  /** Reads the request to its end without passing it on, then calls back. A body that awaits `100 Continue` is not asked for. */
  discardRequest(then: () => void): void;
  /** Calls back after `delayMs`, or when the window ends if that is sooner. */
  wait(delayMs: number, then: () => void): void;
  /** Passes the request on and the answer back; resets the connection after `cutAfterBytes` of the answer's body. */
  forward(cutAfterBytes?: number): void;
  /** Passes the request on, keeps the answer from the client, and calls back when S3 has done what was asked, or failed. */
  forwardUnheard(then: () => void): void;
  /** Gives S3's error answer for a code of its catalogue, when the head is due. */
  answer(code: string): void;
  /** Resets the connection (RST), when the head is due. */
  reset(): void;
}

/** How one kind of fault is acted out. */
export interface Toxic<Kind extends FaultKind> {
  /** Acts on one exchange. `goes-on` gives the next fault, or S3 itself, its turn. */
  act(effect: EffectOf<Kind>, wire: Wire): 'decided' | 'goes-on';
  /** While a window of this kind is in force, its regions' endpoints do not listen at all. */
  readonly shutsDoor?: true;
}
