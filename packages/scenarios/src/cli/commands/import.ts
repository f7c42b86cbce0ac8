import type { CommandModule } from 'yargs';

/** `chaos import` */
export const importCommand: CommandModule<object, { file: string; out: string | undefined }> = {
  command: 'import <file>',
  describe: 'An experiment.json of Chaos Toolkit, or a template of AWS FIS, as a scenario',
  builder: (args) =>
    args
      .positional('file', { type: 'string', demandOption: true, describe: 'experiment.json' })
      .option('out', { type: 'string', describe: 'write the scenario here instead of printing it' })
      .example('$0 import experiment.json --out scenarios/mine.yaml', 'what has nothing like it here is named'),
  handler: async (args) => {
    const { importAny } = await import('../actions/import-file.ts');
    await importAny(args.file, args.out);
  },
};
