import type { Argv } from 'yargs';
import { nearestWord } from '../core/words/nearest-word.ts';
import { CliError } from './cli-error.ts';

/** As it is written on a command line: `--gate`, `-x`. */
export const dashed = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);

/** An option that a command does not have. */
export class UnknownOptionError extends CliError {
  readonly #command: string;
  readonly #option: string;
  readonly #help: string;

  constructor(command: string, option: string, help: string) {
    super(`chaos ${command}: there is no option ${option}`, help, 'usage');
    this.#command = command;
    this.#option = option;
    this.#help = help;
  }

  /**
   * The same, with the option that was most likely meant.
   * @param parser of the command alone, without options; it has parsed nothing yet
   */
  async withHint(parser: Argv): Promise<CliError> {
    const help = await parser.getHelp();
    const names = [...help.matchAll(/^ +(?:-\w, )?--([\w-]+)/gm)].map(([, name = '']) => name);
    const typed = this.#option.replace(/^--?/, '');
    const meant = nearestWord(typed, names) ?? nearestWord(typed.replace(/^no-/, ''), names);
    const hint = meant === null ? this.#help : `did you mean --${meant}? ${this.#help}`;
    return new UnknownOptionError(this.#command, this.#option, hint);
  }
}
