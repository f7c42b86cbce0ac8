import { letterSchema } from '@gameday/reporter/journal';
import type { Argv, CommandModule } from 'yargs';
import { armOption, upstreamOption } from '../armed-options.ts';
import type { ExitName } from '../exit-codes.ts';
import { injectorOptions } from '../injector-options.ts';
import { commandAfterDashes } from '../run-arguments.ts';

const builder = (args: Argv) =>
  args
    .positional('scenario', {
      type: 'string',
      demandOption: true,
      describe: 'name or file; chaos list shows the names',
    })
    .option('target', {
      type: 'string',
      describe: 'a chaos.yaml or its folder (default: ./chaos.yaml, else the bundled example)',
    })
    .option('url', {
      type: 'string',
      describe: 'where the command after -- listens (default: the loopback port that it is given as PORT)',
    })
    .option('target-url', {
      type: 'string',
      describe: 'a target that runs already, on loopback: it is neither started nor stopped',
    })
    .option('bucket', {
      type: 'string',
      array: true,
      default: [],
      describe: 'a bucket that the command after -- needs: NAME or NAME@REGION (default region: us-east-1)',
    })
    .option('speed', {
      type: 'number',
      describe: "how much faster than the incident's clock (default: the scenario's)",
    })
    .option('duration', {
      type: 'string',
      conflicts: 'speed',
      describe: 'how long the load is to last, 2m: another way of giving the speed',
    })
    .option('only', { type: 'string', describe: 'only these phases: ID or ID,ID' })
    .option('from', { type: 'string', conflicts: 'only', describe: 'this phase and all after it' })
    .option('seeds', {
      type: 'number',
      describe: 'run so often, each time with a seed of its own, and merge the results',
    })
    .option('seed', { type: 'string', default: '1', describe: 'every random draw derives from it' })
    .option('set', {
      type: 'string',
      array: true,
      default: [],
      describe: 'override an assumption or a variable: NAME=VALUE',
    })
    .option('upstream', upstreamOption)
    .option('arm', {
      ...armOption,
      describe: 'what elsewhere may be touched: BUCKET or account:ID; see docs/inject.md, docs/fis.md',
    })
    .option('s3-port', {
      type: 'number',
      describe: 'loopback port of S3 in the home region, other regions following (default: free ports)',
    })
    .options(injectorOptions)
    .option('on', {
      choices: ['injector', 'fis'] as const,
      default: 'injector' as const,
      describe: 'what breaks S3: the injector here, or AWS FIS (with --arm; see docs/fis.md)',
    })
    .option('endpoint-url', { type: 'string', describe: 'with --on fis: a local FIS instead of AWS' })
    .option('grid', {
      type: 'string',
      default: '1m',
      describe: 'with --on fis: put every moment on a whole step of this; AWS takes no less than 1m',
    })
    .option('gate', { choices: letterSchema.options, describe: 'exit with 1 below this letter' })
    .option('out', { type: 'string', describe: 'folder for journal and reports, of no other run (default: runs/<id>)' })
    .option('watch', {
      type: 'boolean',
      default: false,
      describe: 'also show the run on a page of this machine, with a button that stops it, healed',
    })
    .option('otlp', {
      type: 'string',
      describe: 'send traces and metrics of the run there (default: OTEL_EXPORTER_OTLP_ENDPOINT, else nowhere)',
    })
    .option('dry-run', { type: 'boolean', default: false, describe: 'read the plan aloud and touch nothing' })
    .option('json', {
      type: 'boolean',
      default: false,
      describe: 'print report.json (with --dry-run: the plan) instead of the summary',
    })
    .example('$0 run s3-us-east-1-outage', 'against ./chaos.yaml, or the bundled photo gallery')
    .example('$0 run s3-us-east-1-outage --dry-run', 'what would happen, in English')
    .example(
      '$0 run brownout --target-url http://127.0.0.1:3000 --s3-port 9100',
      'an app that runs already, with AWS_ENDPOINT_URL_S3=http://127.0.0.1:9100',
    )
    .example(
      '$0 run brownout --injector http://127.0.0.1:9099',
      'with chaos inject in another terminal, pod or container',
    )
    .example('$0 run brownout --gate C --seed 7', 'in CI')
    .example('$0 run brownout --seeds 5', 'five runs and one result, with intervals')
    .example('$0 run s3-us-east-1-outage --only reads-ramp,writes-down', 'part of the day')
    .example('$0 run brownout -- npm start', 'any command that listens on PORT')
    .example('$0 run brownout --bucket uploads -- npm start', 'the same, with a bucket made for it');

type RunArgs = ReturnType<typeof builder> extends Argv<infer Args> ? Args : never;

/** `chaos run` */
export const runCommand = (ends: (name: ExitName) => void): CommandModule<object, RunArgs> => ({
  command: 'run <scenario>',
  describe: "Break an app's S3 the way the scenario says, and grade what happened",
  builder,
  handler: async (args) => {
    const { run } = await import('../actions/run.ts');
    ends(await run({ ...args, command: commandAfterDashes(args) }));
  },
});
