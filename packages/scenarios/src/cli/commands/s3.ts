import type { Argv, CommandModule } from 'yargs';

const builder = (args: Argv) =>
  args
    .option('regions', { type: 'string', default: 'us-east-1', describe: 'region names, separated by commas' })
    .option('port', {
      type: 'number',
      default: 9000,
      describe: "the first region's loopback port, the others follow it; 0 takes free ones",
    })
    .option('data', { type: 'string', describe: 'folder that keeps the objects (default: they go with the process)' })
    .option('durable', {
      type: 'boolean',
      default: false,
      describe: 'with --data: answer a write only when it would survive a power cut',
    })
    .option('access-key', {
      type: 'string',
      array: true,
      default: [],
      describe: 'an access key id; repeat it, with --secret-key, for more accounts',
    })
    .option('secret-key', { type: 'string', array: true, default: [], describe: 'its secret, in the same order' })
    .option('json', { type: 'boolean', default: false, describe: 'print {endpoints, credentials} as one line of JSON' })
    .example('$0 s3 --regions us-east-1,us-west-2', 'an S3 of two regions, for tests that need nothing else')
    .example('$0 s3 --data ./s3 --access-key me --secret-key secret', 'one that keeps its objects');

type S3Args = ReturnType<typeof builder> extends Argv<infer Args> ? Args : never;

/** `chaos s3` */
export const s3Command: CommandModule<object, S3Args> = {
  command: 's3',
  describe: 'Run the embedded S3 alone, until Ctrl-C',
  builder,
  handler: async (args) => {
    const { serveS3 } = await import('../actions/s3.ts');
    await serveS3(args);
  },
};
