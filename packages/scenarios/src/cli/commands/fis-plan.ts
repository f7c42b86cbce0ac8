import type { Argv, CommandModule } from 'yargs';
import { fisScenarioOptions } from '../fis-arguments.ts';

const builder = (args: Argv) =>
  fisScenarioOptions(args)
    .option('format', {
      choices: ['text', 'json', 'terraform', 'cloudformation', 'cloudformation-json'] as const,
      default: 'text' as const,
      describe: 'what to print: text says line by line what FIS cannot do',
    })
    .option('out', { type: 'string', describe: 'also write every format into this folder' })
    .example('$0 fis plan s3-us-east-1-outage', 'what FIS can do of it, and what it cannot')
    .example('$0 fis plan region-blackout --format terraform > fis.tf', 'the templates for Terraform');

type PlanArgs = ReturnType<typeof builder> extends Argv<infer Args> ? Args : never;

/** `chaos fis plan` */
export const fisPlanCommand: CommandModule<object, PlanArgs> = {
  command: 'plan <scenario>',
  describe: 'A scenario as experiment templates of AWS FIS, and line by line what FIS cannot express',
  builder,
  handler: async (args) => {
    const { planFisCommand } = await import('../actions/fis-plan.ts');
    await planFisCommand(args);
  },
};
