import { InputError } from '../core/source/input-error.ts';
import { InjectorError } from '../ports/nemesis.ts';
import { TargetError } from '../ports/target.ts';
import { CliError } from './cli-error.ts';
import { exitCodes } from './exit-codes.ts';

/** System errors that say what is wrong with the surroundings, with what to do about it. */
const systemHints: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is taken: stop what listens there, or let a free one be chosen',
  EACCES: 'permission denied: choose a place that you may write to with --out',
  EROFS: 'the disk is read-only: choose another place with --out',
  ENOSPC: 'the disk is full: free some room, or choose another disk with --out',
  ENOTDIR: 'a part of the path is a file: choose another place with --out',
};

function outputOf({ output }: TargetError): string {
  if (output === null) return '';
  if (output.length === 0) return '\n       it printed nothing';
  return `\n       its last output:${output.map((line) => `\n         ${line}`).join('')}`;
}

/** Says what went wrong in one clear line or two, never with a stack trace, and returns the exit code. */
export function reportFailure(error: unknown, print: (line: string) => void): number {
  if (error instanceof InputError) {
    for (const line of error.message.split('\n')) print(`chaos: ${line}`);
    return exitCodes.usage.code;
  }
  if (error instanceof CliError) {
    print(`chaos: ${error.message}${error.hint === '' ? '' : `\n       ${error.hint}`}`);
    return exitCodes[error.exit].code;
  }
  if (error instanceof TargetError) {
    print(`chaos: ${error.message}\n       ${error.hint}${outputOf(error)}`);
    return exitCodes.environment.code;
  }
  if (error instanceof InjectorError) {
    print(`chaos: ${error.message}\n       ${error.hint}`);
    return exitCodes.environment.code;
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  const hint = systemHints[code];
  print(`chaos: ${message}${hint === undefined ? '' : `\n       ${hint}`}`);
  if (hint === undefined && process.env['CHAOS_DEBUG'] !== undefined && error instanceof Error)
    print(error.stack ?? '');
  return exitCodes.environment.code;
}
