import yargs, { type Argv } from 'yargs';
import { CliError } from './cli-error.ts';
import { compareCommand } from './commands/compare.ts';
import { doctorCommand } from './commands/doctor.ts';
import { envCommand } from './commands/env.ts';
import { importCommand } from './commands/import.ts';
import { initCommand } from './commands/init.ts';
import { fisCommand } from './commands/fis.ts';
import { gateCommand } from './commands/gate.ts';
import { injectCommand } from './commands/inject.ts';
import { listCommand } from './commands/list.ts';
import { newCommand } from './commands/new.ts';
import { reportCommand } from './commands/report.ts';
import { runCommand } from './commands/run.ts';
import { runsCommand } from './commands/runs.ts';
import { s3Command } from './commands/s3.ts';
import { scheduleCommand } from './commands/schedule.ts';
import { showCommand } from './commands/show.ts';
import { trendCommand } from './commands/trend.ts';
import { validateCommand } from './commands/validate.ts';
import { exitCodes, type ExitName } from './exit-codes.ts';
import { gamedayVersion } from '../adapters/gameday-version.ts';
import { dashed, UnknownOptionError } from './unknown-option.ts';

const print = (words: readonly string[]): unknown => process.stdout.write(words.join('\n'));

/** What the script of `chaos completion` calls, followed by the words on the command line. */
const COMPLETIONS = '--get-yargs-completions';

/** Whether the name of a scenario may come next. */
const awaitsScenario = (words: readonly unknown[], current: string): boolean =>
  !current.startsWith('-') && words.some((word) => word === 'run' || word === 'show' || word === 'doctor');

/** Completes scenario names where one is due, and leaves the rest to yargs. */
function complete(
  current: string,
  argv: { readonly _: readonly unknown[] },
  usual: () => unknown,
  done: (words: string[]) => unknown,
): void {
  if (!awaitsScenario(argv._, current)) {
    usual();
    return;
  }
  const answer = async (): Promise<void> => {
    const { scenarioFiles } = await import('../adapters/scenario-catalog.ts');
    const names = [...(await scenarioFiles()).keys()];
    done(names.filter((name) => name.startsWith(current)));
  };
  void answer();
}

/** What yargs says, in our words, with where to look. */
function commandLineError(message: string, [command = '', ...words]: readonly string[]): CliError {
  const help = /^[a-z]/.test(command)
    ? `chaos ${command} --help shows how it is used`
    : 'chaos --help shows the commands';
  if (message.startsWith('Not enough non-option arguments')) {
    const ofScenarios = awaitsScenario([command], '');
    return ofScenarios
      ? new CliError(`chaos ${command}: a scenario is missing`, 'chaos list shows their names', 'usage')
      : new CliError(`chaos ${command}: something is missing`, help, 'usage');
  }
  const missing = /^Missing required arguments?: (.+)$/.exec(message)?.[1];
  if (missing !== undefined) return new CliError(`chaos ${command}: --${missing} is missing`, help, 'usage');
  const unknown = /^Unknown arguments?: ([\w-]+)/.exec(message)?.[1];
  const option = words
    .map((word) => word.replace(/=.*/s, ''))
    .find((word) => unknown !== undefined && [dashed(unknown), `--no-${unknown}`].includes(word));
  if (option !== undefined) return new UnknownOptionError(command, option, help);
  return new CliError(message, message.startsWith('Did you mean') ? 'chaos --help shows the commands' : help, 'usage');
}

/** The words before the first option: a command, what it is done to, and no more. */
function namesOf(args: readonly string[]): readonly string[] {
  const firstOption = args.findIndex((word) => word.startsWith('-'));
  return firstOption < 0 ? args : args.slice(0, firstOption);
}

function parserOf(args: readonly string[], ends: (name: ExitName) => void): Argv {
  return yargs([...args])
    .scriptName('chaos')
    .usage('$0 <command>\n\nRehearse the day S3 fails, and learn how your app takes it.')
    .command(runCommand(ends))
    .command(listCommand)
    .command(showCommand)
    .command(validateCommand(ends))
    .command(reportCommand(ends))
    .command(compareCommand(ends))
    .command(gateCommand(ends))
    .command(trendCommand(ends))
    .command(doctorCommand(ends))
    .command(initCommand)
    .command(newCommand)
    .command(envCommand)
    .command(runsCommand)
    .command(scheduleCommand)
    .command(s3Command)
    .command(injectCommand(ends))
    .command(fisCommand(ends))
    .command(importCommand)
    .completion('completion', 'Print a completion script for your shell', complete)
    .example(
      '$0 run s3-us-east-1-outage',
      'the outage of 28 February 2017, against ./chaos.yaml or the bundled example',
    )
    .example('$0 run brownout --gate C', 'exit with 1 if the app grades below C')
    .example('$0 show s3-us-east-1-outage', 'draw the outage before you cause it')
    .demandCommand(1, 'say what to do: a command is missing')
    .strict()
    .recommendCommands()
    .parserConfiguration({ 'populate--': true })
    .version(gamedayVersion)
    .epilogue(
      `Exit codes: ${Object.values(exitCodes)
        .map(({ code, meaning }) => `\n  ${code}  ${meaning}`)
        .join('')}`,
    )
    .wrap(Math.min(110, process.stdout.columns || 100))
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      throw error ?? commandLineError(message ?? 'the command line is wrong', args);
    });
}

/**
 * The `chaos` command.
 * @returns the exit code
 * @throws {CliError | InputError | TargetError} for `reportFailure`
 */
export async function runCli(args: readonly string[]): Promise<number> {
  let exit: ExitName = 'completed';
  const ends = (name: ExitName): void => {
    exit = name;
  };
  const parser = parserOf(args, ends);
  const [first, ...words] = args;
  if (first === COMPLETIONS) {
    // Asked, not parsed: the words are not written to their end, and nothing that they say is to be done.
    if (awaitsScenario(words, words.at(-1) ?? '')) print(await parser.getCompletion(words));
    // What yargs knows itself it may print itself, a little later.
    else void parser.getCompletion(words, (_error, completions) => print(completions ?? []));
    return exitCodes.completed.code;
  }
  try {
    await parser.parseAsync();
  } catch (error) {
    // Asked of a parser of its own: this one has given up.
    if (error instanceof UnknownOptionError) throw await error.withHint(parserOf(namesOf(args), ends));
    throw error;
  }
  return exitCodes[exit].code;
}
