import type { CommandModule } from 'yargs';

/** `chaos list` */
export const listCommand: CommandModule<object, { json: boolean }> = {
  command: 'list',
  describe: 'List the scenarios, yours and the bundled ones',
  builder: (args) =>
    args
      .option('json', { type: 'boolean', default: false, describe: 'an array of {name, title, summary, file}' })
      .example('$0 list --json', 'for programs'),
  handler: async (args) => {
    const { list } = await import('../actions/list.ts');
    await list(args);
  },
};
