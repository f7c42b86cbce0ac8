import type { Argv, CommandModule } from 'yargs';
import type { ExitName } from '../exit-codes.ts';

const builder = (args: Argv) =>
  args
    .positional('folder', { type: 'string', demandOption: true, describe: 'the folder that holds the folders of runs' })
    .option('out', { type: 'string', describe: 'where the page goes (default: FOLDER/trend.html)' })
    .option('json', { type: 'boolean', default: false, describe: 'the trend as JSON' })
    .example('$0 trend runs', 'grades run by run, as a table and as runs/trend.html');

type TrendArgs = ReturnType<typeof builder> extends Argv<infer Args> ? Args : never;

/** `chaos trend` */
export const trendCommand = (ends: (name: ExitName) => void): CommandModule<object, TrendArgs> => ({
  command: 'trend <folder>',
  describe: 'Lay the grades of many runs side by side, as a page',
  builder,
  handler: async (args) => {
    const { trend } = await import('../actions/trend.ts');
    ends(trend(args));
  },
});
