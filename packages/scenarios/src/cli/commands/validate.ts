import type { CommandModule } from 'yargs';
import type { ExitName } from '../exit-codes.ts';

/** `chaos validate` */
export const validateCommand = (
  ends: (name: ExitName) => void,
): CommandModule<object, { files: string[]; json: boolean }> => ({
  command: 'validate [files..]',
  describe: 'Check scenarios and chaos.yaml files, and say where each mistake is',
  builder: (args) =>
    args
      .positional('files', {
        type: 'string',
        array: true,
        default: [],
        describe: 'names or files (default: every scenario)',
      })
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'an array of {file, line, column, path, message, hint}',
      })
      .example('$0 validate chaos.yaml scenarios/mine.yaml', 'in a pull request'),
  handler: async (args) => {
    const { validate } = await import('../actions/validate.ts');
    ends(await validate(args));
  },
});
