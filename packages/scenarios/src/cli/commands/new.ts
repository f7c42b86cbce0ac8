import type { Argv, CommandModule } from 'yargs';

const builder = (args: Argv) =>
  args
    .positional('kind', { choices: ['scenario'] as const, demandOption: true, describe: 'what to write' })
    .positional('name', { type: 'string', demandOption: true, describe: 'lower-case words joined by "-"' })
    .example('$0 new scenario disk-of-doom', 'writes scenarios/disk-of-doom.yaml, which runs as it is');

type NewArgs = ReturnType<typeof builder> extends Argv<infer Args> ? Args : never;

/** `chaos new` */
export const newCommand: CommandModule<object, NewArgs> = {
  command: 'new <kind> <name>',
  describe: 'Write a first scenario of your own',
  builder,
  handler: async ({ name }) => {
    const { newScenario } = await import('../actions/new-scenario.ts');
    newScenario(name);
  },
};
