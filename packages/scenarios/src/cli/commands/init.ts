import type { Argv, CommandModule } from 'yargs';
import { commandAfterDashes } from '../run-arguments.ts';

const builder = (args: Argv) =>
  args
    .positional('folder', { type: 'string', default: '.', describe: "the app's folder" })
    .option('ci', { type: 'boolean', default: true, describe: 'also write a CI job (GitHub Actions)' })
    .option('json', { type: 'boolean', default: false, describe: '{app, hints, files[{file, written}]}' })
    .example('$0 init', 'looks at package.json, Procfile, compose files, Dockerfile, app.py and the like')
    .example('$0 init -- python app.py', 'an app that is started so');

type InitArgs = ReturnType<typeof builder> extends Argv<infer Args> ? Args : never;

/** `chaos init` */
export const initCommand: CommandModule<object, InitArgs> = {
  command: 'init [folder]',
  describe: 'Write a first chaos.yaml for the app of a folder, and a CI job; overwrites nothing',
  builder,
  handler: async (args) => {
    const { init } = await import('../actions/init.ts');
    init({ ...args, command: commandAfterDashes(args) });
  },
};
