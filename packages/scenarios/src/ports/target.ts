/** How a target's process ended. */
export interface TargetExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** True where we stopped it. */
  readonly expected: boolean;
  /** Which of several replicas, from 1; left out where there is but one. */
  readonly replica?: number;
}

/** A process of the target has been started. */
export interface TargetStart {
  readonly pid: number;
  readonly replica?: number;
}

/** A process of the target that was started again has passed the ready check. */
export interface TargetReadyAgain {
  /** Milliseconds since that start. */
  readonly afterMs: number;
  readonly replica?: number;
}

export interface TargetLine {
  readonly stream: 'stdout' | 'stderr';
  readonly line: string;
  readonly replica?: number;
}

/**
 * What can befall the target's whole process tree, beside what it does itself. `kill` and `terminate` leave it down,
 * `freeze` lasts until `resume`, `restart` stops it where it runs and starts it again.
 */
export type TargetBlow = 'kill' | 'terminate' | 'freeze' | 'resume' | 'restart';

/** The app under test, as process trees that we started or as one that runs elsewhere. */
export interface Target {
  /** Resolves when the ready check passes. @throws {TargetError} where it never does, or the process ends first. */
  ready(): Promise<void>;
  /** Also told of starts that have been already. */
  onStart(listener: (start: TargetStart) => void): void;
  /** Told of each start but the first that passes the ready check, however late. */
  onReadyAgain(listener: (ready: TargetReadyAgain) => void): void;
  onOutput(listener: (line: TargetLine) => void): void;
  onExit(listener: (exit: TargetExit) => void): void;
  /**
   * Deals a blow to one replica, from 1, or to all.
   * @returns what is in the way, for the reader (we did not start it; there is no such replica), or null
   */
  strike(blow: TargetBlow, replica: number | null): string | null;
  /** Stops the whole process tree; resolves when it is gone. */
  stop(): Promise<void>;
}

/** The target could not be started or never became ready. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
  readonly hint: string;
  /** What it printed last, a line each; null where nobody heard it. */
  readonly output: readonly string[] | null;

  constructor(message: string, hint: string, output: readonly string[] | null = null) {
    super(message);
    this.hint = hint;
    this.output = output;
  }
}
