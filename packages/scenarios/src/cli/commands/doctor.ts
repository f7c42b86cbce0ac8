import type { Argv, CommandModule } from 'yargs';
import { armOption, upstreamOption } from '../armed-options.ts';
import type { ExitName } from '../exit-codes.ts';
import { injectorOptions } from '../injector-options.ts';
import { commandAfterDashes } from '../run-arguments.ts';

const builder = (args: Argv) =>
  args
    .positional('scenario', {
      type: 'string',
      default: 's3-us-east-1-outage',
      describe: 'the scenario that you mean to run',
    })
    .option('target', { type: 'string', describe: 'a chaos.yaml or its folder' })
    .option('url', { type: 'string', describe: 'where the command after -- listens' })
    .option('target-url', { type: 'string', describe: 'a target that runs already, on loopback' })
    .option('s3-port', { type: 'number', describe: 'loopback port of S3 in the home region (default: free ports)' })
    .option('upstream', upstreamOption)
    .option('arm', armOption)
    .options(injectorOptions)
    .option('json', { type: 'boolean', default: false, describe: '{ready, findings[]}' })
    .example('$0 doctor', 'before the first game day of an app')
    .example('$0 doctor -- npm start', 'any command that listens on PORT')
    .example(
      '$0 doctor --target-url http://127.0.0.1:3000 --injector http://127.0.0.1:9099',
      'an app that runs already, behind the chaos inject of another terminal, pod or container',
    )
    .example('$0 doctor --upstream us-east-1=aws --arm my-test-bucket', 'in front of AWS, for one bucket');

type DoctorArgs = ReturnType<typeof builder> extends Argv<infer Args> ? Args : never;

/** `chaos doctor` */
export const doctorCommand = (ends: (name: ExitName) => void): CommandModule<object, DoctorArgs> => ({
  command: 'doctor [scenario]',
  describe: "Check that the app's S3 traffic really passes through the injector; breaks nothing",
  builder,
  handler: async (args) => {
    const { doctor } = await import('../actions/doctor.ts');
    ends(await doctor({ ...args, command: commandAfterDashes(args) }));
  },
});
