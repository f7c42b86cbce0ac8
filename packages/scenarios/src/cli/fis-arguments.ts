import type { Argv } from 'yargs';
import type { FisPlan, FisPlanOptions } from '../fis/core/plan-fis.ts';

/** What the commands that plan a scenario for FIS have in common. */
export const fisScenarioOptions = <Args>(args: Argv<Args>) =>
  args
    .positional('scenario', { type: 'string', demandOption: true, describe: 'name or file; chaos list shows the names' })
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
}

export type { FisPlan, FisPlanOptions };
