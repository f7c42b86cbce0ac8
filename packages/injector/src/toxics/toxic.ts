import type { EffectOf } from '../core/decide.ts';
import type { FaultKind } from '../core/fault.ts';
import type { Pace } from './pace.ts';

/** What becomes of the body of S3's answer on its way to the client. An answer without a body passes as it is. */
export type BodyShape =
  /** The connection is reset after so many bytes; before the head, where there is no body. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** So many bytes leave at a time. */
  | ({ readonly kind: 'pace' } & Pace)
  /** Nothing comes after so many bytes; the connection is reset when the window ends. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  /** An orderly end after so many bytes; `wrong` makes Content-Length agree with it. */
  | { readonly kind: 'truncate'; readonly afterBytes: number; readonly length: 'right' | 'wrong' }
  /** The lowest bit of one byte is flipped. */
  | { readonly kind: 'corrupt'; readonly atByte: number; readonly checksums: 'keep' | 'drop' };

/** What an error answer says beside its code. */
export interface AnswerDetails {
  readonly retryAfterS?: number | undefined;
  /** For redirects. */
  readonly toRegion?: string;
}

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
  /** Reads the request like `discardRequest`, and gives its body; longer ones than any of S3's documents are cut off. */
  readRequest(then: (body: string) => void): void;
  /** Holds back `100 Continue`, should S3 send it. */
  delayContinue(delayMs: number): void;
  /** Lets the request's body out so slowly, wherever it is passed on. */
  paceRequest(pace: Pace): void;
  /** The connection is closed after the answer, whatever it will be. */
  closeAfter(): void;
  /** Passes the request on and the answer back, its body in a shape. */
  forward(shape: BodyShape): void;
  /** Passes the request on, and the answer back without the keys that were written in the last `withinMs`. */
  forwardWithoutFresh(withinMs: number): void;
  /** Passes the request on, keeps the answer from the client, and calls back when S3 has done what was asked, or failed. */
  forwardUnheard(then: () => void): void;
  /** Gives S3's error answer for a code of its catalogue, when the head is due. */
  answer(code: string, details?: AnswerDetails): void;
  /** 200 OK, so many spaces, one at a time, then what is no success. */
  deceive(
    code: string,
    body: 'error' | 'trailing-newline' | 'empty' | 'html',
    spaces: { readonly count: number; readonly everyMs: number },
  ): void;
  /** Gives the answer that the key's reader got before its last write; 404 where nobody looked. */
  answerAsBefore(): void;
  /** Says that the key, or the keys that a DeleteObjects document names, are deleted. */
  answerDeleted(requestBody: string): void;
  /** Sends half of an answer's head, when it is due, and calls back. */
  halfHead(then: () => void): void;
  /** Resets the connection (RST), when the head is due. */
  reset(): void;
}

/** How one kind of fault is acted out. */
export interface Toxic<Kind extends FaultKind> {
  /** Acts on one exchange. `goes-on` gives the next fault, or S3 itself, its turn. */
  act(effect: EffectOf<Kind>, wire: Wire): 'decided' | 'goes-on';
}
