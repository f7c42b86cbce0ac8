import type { Argv } from 'yargs';

/** Where FIS is, and which account may be touched. */
export const fisAccountOptions = <Args>(args: Argv<Args>) =>
  args
    .option('endpoint-url', { type: 'string', describe: 'a local FIS instead of AWS: what chaos fis serve prints' })
    .option('arm', {
      type: 'string',
      describe: 'the account that may be touched, 12 digits, or account:ID: without it nothing is made or started',
    });

export interface FisAccountRequest {
  readonly endpointUrl: string | undefined;
  readonly arm: string | undefined;
}

/** What the commands that plan a scenario for FIS have in common. */
export const fisScenarioOptions = <Args>(args: Argv<Args>) =>
  args
    .positional('scenario', {
      type: 'string',
      demandOption: true,
      describe: 'name or file; chaos list shows the names',
    })
    .option('target', {
      type: 'string',
      describe: 'a chaos.yaml or its folder, with an aws: section (default: ./chaos.yaml, else the bundled example)',
    })
    .option('speed', {
      type: 'number',
      describe: "how much faster than the incident's clock (default: as fast as FIS's minute allows)",
    })
    .option('only', { type: 'string', describe: 'only these phases: ID or ID,ID' })
    .option('from', { type: 'string', conflicts: 'only', describe: 'this phase and all after it' })
    .option('set', {
      type: 'string',
      array: true,
      default: [],
      describe: 'override an assumption or a variable: NAME=VALUE',
    })
    .option('seed', { type: 'string', default: '1', describe: 'every random draw derives from it' })
    .option('grid', {
      type: 'string',
      default: '1m',
      describe: 'put every moment on a whole step of this: AWS takes no less than 1m, the local endpoint 1s',
    })
    .option('cut-from', {
      type: 'number',
      default: 0.5,
      describe: 'cut S3 off altogether where at least this share of reads and of writes fails',
    })
    .option('actions', {
      choices: ['aws', 'gameday'] as const,
      default: 'aws' as const,
      describe: "the actions of AWS, or the local endpoint's own, which are true to every fault",
    });

export interface FisScenarioRequest {
  readonly scenario: string;
  readonly target: string | undefined;
  readonly speed: number | undefined;
  readonly only: string | undefined;
  readonly from: string | undefined;
  readonly set: readonly string[];
  readonly seed: string;
  readonly grid: string;
  readonly cutFrom: number;
  readonly actions: 'aws' | 'gameday';
  readonly command?: readonly string[];
  readonly url?: string | undefined;
  readonly targetUrl?: string | undefined;
  /** Whether the target's URL may be of another machine. */
  readonly anywhere?: boolean;
}
