import type { Argv, CommandModule } from 'yargs';
import type { ExitName } from '../exit-codes.ts';

const builder = (args: Argv) =>
  args
    .positional('a', { type: 'string', demandOption: true, describe: 'a run: its folder, journal or report.json' })
    .positional('b', { type: 'string', demandOption: true, describe: 'the run to compare it with' })
    .option('json', { type: 'boolean', default: false, describe: 'the comparison as JSON' })
    .example('$0 compare runs/BEFORE runs/AFTER', 'what got better and what got worse, beyond chance')
    .example('$0 compare runs/BEFORE/report.json runs/AFTER --json', 'for a program');

type CompareArgs = ReturnType<typeof builder> extends Argv<infer Args> ? Args : never;

/** `chaos compare` */
export const compareCommand = (ends: (name: ExitName) => void): CommandModule<object, CompareArgs> => ({
  command: 'compare <a> <b>',
  describe: 'Say what got better and worse from one run to another',
  builder,
  handler: async (args) => {
    const { compare } = await import('../actions/compare.ts');
    ends(await compare(args));
  },
});
