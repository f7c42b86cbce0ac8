import type { ExitName } from './exit-codes.ts';

/** An end of the command that a person should understand: what, how to mend it, and which exit code it is. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly hint: string;
  readonly exit: ExitName;

  constructor(message: string, hint: string, exit: ExitName) {
    super(message);
    this.hint = hint;
    this.exit = exit;
  }
}
