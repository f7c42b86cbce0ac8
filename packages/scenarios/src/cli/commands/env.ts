import type { Argv, CommandModule } from 'yargs';

const builder = (args: Argv) =>
  args
    .positional('sdk', { type: 'string', describe: 'javascript, python, go, java, rclone or terraform (default: all)' })
    .option('port', { type: 'number', default: 9100, describe: 'the --s3-port that you mean to run with' })
    .option('region', { type: 'string', default: 'us-east-1', describe: "the app's home region" })
    .option('json', { type: 'boolean', default: false, describe: 'an array of {id, title, env, code, notes}' })
    .example('$0 env python', 'what to set for boto3')
    .example('$0 env rclone --port 9000', 'with S3 on another port');

type EnvArgs = ReturnType<typeof builder> extends Argv<infer Args> ? Args : never;

/** `chaos env` */
export const envCommand: CommandModule<object, EnvArgs> = {
  command: 'env [sdk]',
  describe: "Show what to set so that an SDK's or a tool's S3 traffic passes through the injector",
  builder,
  handler: async (args) => {
    const { printRecipes } = await import('../actions/env.ts');
    printRecipes({ ...args, sdk: args.sdk });
  },
};
