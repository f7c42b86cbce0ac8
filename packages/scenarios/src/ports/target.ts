/** How a target's process ended. */
export interface TargetExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** True where we stopped it. */
  readonly expected: boolean;
}

/** The app under test, as a process tree that we started or as one that runs elsewhere. */
export interface Target {
  /** Resolves when the ready check passes. @throws {TargetError} where it never does, or the process ends first. */
  ready(): Promise<void>;
  /** Process id of the command; null for a target that we did not start. */
  readonly pid: number | null;
  onOutput(listener: (stream: 'stdout' | 'stderr', line: string) => void): void;
  onExit(listener: (exit: TargetExit) => void): void;
  /** Stops the whole process tree; resolves when it is gone. */
  stop(): Promise<void>;
}

/** The target could not be started or never became ready. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
