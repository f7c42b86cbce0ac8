import type { Argv, CommandModule } from 'yargs';
import { TOKEN_VARIABLE } from '../injector-options.ts';
import type { ExitName } from '../exit-codes.ts';

const builder = (args: Argv) =>
  args
    .option('port', { type: 'number', default: 0, describe: 'port of the endpoint (default: a free one)' })
    .option('region', {
      type: 'string',
      array: true,
      default: ['us-east-1', 'us-west-2'],
      describe: 'REGION for the embedded S3, or REGION=UPSTREAM for a loopback S3',
    })
    .option('s3-port', { type: 'number', default: 0, describe: 'first port of S3, a region each (default: free ones)' })
    .option('control', {
      type: 'string',
      describe: 'break the S3 of a `chaos inject` that runs already: the URL of its control API',
    })
    .option('token-file', {
      type: 'string',
      describe: `where the token of that control API stands (default: it is in ${TOKEN_VARIABLE})`,
    })
    .option('token', {
      type: 'string',
      conflicts: 'token-file',
      deprecated: 'everybody on the machine can see it: use --token-file',
      describe: 'that token itself',
    })
    .option('seed', { type: 'string', default: '1', describe: 'every random draw derives from it' })
    .example('$0 fis serve --port 4599', 'then: aws fis list-actions --endpoint-url http://127.0.0.1:4599')
    .example('$0 fis serve --control http://127.0.0.1:9099 --token-file t', 'beside a chaos inject');

type ServeArgs = ReturnType<typeof builder> extends Argv<infer Args> ? Args : never;

/** `chaos fis serve` */
export const fisServeCommand = (ends: (name: ExitName) => void): CommandModule<object, ServeArgs> => ({
  command: 'serve',
  describe: 'A local FIS that can break S3: for aws fis --endpoint-url, boto3 and the SDKs, until Ctrl-C',
  builder,
  handler: async (args) => {
    const { serveFis } = await import('../actions/fis-serve.ts');
    ends(await serveFis(args));
  },
});
