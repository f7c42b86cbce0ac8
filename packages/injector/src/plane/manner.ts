import type { BodyShape } from '../toxics/toxic.ts';

/** What becomes of the answer. */
export interface Manner {
  /** What the answer's body looks like, until its window ends. */
  readonly shape: { readonly body: BodyShape; readonly endMs: number } | null;
  /** Keys that a listing must not show. */
  readonly hidden: ((key: string) => boolean) | null;
  /** The client never hears the answer; called when the upstream has answered in full, or failed. */
  readonly unheard: (() => void) | null;
}

export const asItIs: Manner = { shape: null, hidden: null, unheard: null };
