/** A read whose answer was not what the ledger's last acknowledged version says. */
export interface DoubtfulRead {
  /** Index of the phase in which it was due. */
  readonly phase: number;
  readonly entry: string;
  /** When it left, milliseconds since the run began. */
  readonly at: number;
  /** Of what came; null for "there is no such thing". */
  readonly digest: string | null;
  /** The version that came, as an entry, where the journal says so. */
  readonly seen: string | null;
}

/** One that was certainly older than what had been acknowledged when it left. */
export type StaleRead = DoubtfulRead & {
  readonly ageMs: number;
  /** How many acknowledged versions are newer, as far as they were counted. */
  readonly behind: number;
  /** An earlier read had seen the newer state already. */
  readonly travelled: boolean;
};
