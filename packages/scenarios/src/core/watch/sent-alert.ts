/** One alert that an app has sent, or taken back. */
export interface SentAlert {
  /** The same for the alert and for its end. */
  readonly key: string;
  /** What the operator reads. */
  readonly name: string;
  readonly firing: boolean;
  readonly detail: string;
  /** Milliseconds from now until it ends by itself; null where it must be taken back. */
  readonly endsInMs: number | null;
}
