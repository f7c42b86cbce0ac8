import type { Argv, CommandModule } from 'yargs';
import { armOption } from '../armed-options.ts';
import type { ExitName } from '../exit-codes.ts';

const builder = (args: Argv) =>
  args
    .option('faults', { type: 'string', describe: 'a timeline as JSON or YAML: {windows: [...]}; see docs/faults.md' })
    .option('region', {
      type: 'string',
      array: true,
      default: ['us-east-1'],
      describe: 'REGION for the embedded S3, REGION=URL for another, REGION=aws for AWS itself',
    })
    .option('arm', armOption)
    .option('port', { type: 'number', default: 0, describe: 'first port of the endpoints (default: free ones)' })
    .option('proxy', { type: 'number', describe: 'also open an intercepting proxy on this port; 0 takes a free one' })
    .option('lease', { type: 'number', default: 10, describe: 'seconds that faults last without a renewal' })
    .option('control-port', { type: 'number', default: 0, describe: 'port of the control API (default: a free one)' })
    .option('token-file', {
      type: 'string',
      describe: 'where the token of the control API stands; written there, for its owner alone, where there is none',
    })
    .option('seed', { type: 'string', default: '1', describe: 'every draw derives from it' })
    .example('$0 inject --region us-east-1=http://127.0.0.1:9000', 'in front of an S3 of your own')
    .example('$0 inject --faults slow.yaml', 'the embedded S3, slow')
    .example('$0 inject --port 9100 --control-port 9099 --token-file t', 'for chaos run --injector')
    .example('$0 inject --region us-east-1=aws --arm my-test-bucket', 'in front of AWS, for one bucket');

type InjectArgs = ReturnType<typeof builder> extends Argv<infer Args> ? Args : never;

/** `chaos inject` */
export const injectCommand = (ends: (name: ExitName) => void): CommandModule<object, InjectArgs> => ({
  command: 'inject',
  describe: 'Run the injector alone, with a control API, until Ctrl-C',
  builder,
  handler: async (args) => {
    const { inject } = await import('../actions/inject.ts');
    ends(await inject(args));
  },
});
