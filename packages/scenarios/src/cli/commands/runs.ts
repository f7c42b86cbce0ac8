import type { Argv, CommandModule } from 'yargs';

const builder = (args: Argv) =>
  args
    .positional('action', {
      choices: ['list', 'open', 'prune'] as const,
      default: 'list' as const,
      describe: 'open: a report; prune: delete old runs',
    })
    .positional('id', { type: 'string', describe: 'for open: a run or how its id begins (default: the latest)' })
    .option('older-than', { type: 'string', describe: 'for prune: 30d, 12h' })
    .option('dir', { type: 'string', default: 'runs', describe: 'where the runs are' })
    .option('dry-run', { type: 'boolean', default: false, describe: 'for prune: only say what would go' })
    .option('json', {
      type: 'boolean',
      default: false,
      describe: 'an array of {id, at, scenario, target, letter, ...}',
    })
    .example('$0 runs', 'letter, time, scenario, app and id of each run, the latest first')
    .example('$0 runs open', 'the report of the latest run')
    .example('$0 runs prune --older-than 30d', 'nothing is ever deleted unless you ask');

type RunsArgs = ReturnType<typeof builder> extends Argv<infer Args> ? Args : never;

/** `chaos runs` */
export const runsCommand: CommandModule<object, RunsArgs> = {
  command: 'runs [action] [id]',
  describe: 'List past runs, open a report, or delete old runs',
  builder,
  handler: async (args) => {
    const { runs } = await import('../actions/runs.ts');
    await runs({ ...args, id: args.id, olderThan: args.olderThan });
  },
};
