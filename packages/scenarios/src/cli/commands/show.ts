import type { CommandModule } from 'yargs';

/** `chaos show` */
export const showCommand: CommandModule<object, { scenario: string; json: boolean }> = {
  command: 'show <scenario>',
  describe: 'Draw the timeline of a scenario',
  builder: (args) =>
    args
      .positional('scenario', { type: 'string', demandOption: true, describe: 'name or file' })
      .option('json', { type: 'boolean', default: false, describe: 'the scenario as JSON, every default filled in' })
      .example('$0 show s3-us-east-1-outage', 'see what will fail, when, and for whom'),
  handler: async (args) => {
    const { show } = await import('../actions/show.ts');
    await show(args);
  },
};
