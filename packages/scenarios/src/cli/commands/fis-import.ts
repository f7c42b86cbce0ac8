import type { CommandModule } from 'yargs';

/** `chaos fis import` */
export const fisImportCommand: CommandModule<object, { file: string; out: string | undefined }> = {
  command: 'import <file>',
  describe: 'A template of AWS FIS as a scenario',
  builder: (args) =>
    args
      .positional('file', {
        type: 'string',
        demandOption: true,
        describe: 'JSON: what create-experiment-template takes, or get-experiment-template gives',
      })
      .option('out', { type: 'string', describe: 'write the scenario here instead of printing it' })
      .example('$0 fis import template.json > scenarios/mine.yaml', 'then: chaos validate scenarios/mine.yaml'),
  handler: async (args) => {
    const { importFis } = await import('../actions/import-file.ts');
    await importFis(args.file, args.out);
  },
};
