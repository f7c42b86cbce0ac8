import { letterSchema } from '@gameday/reporter/journal';
import type { Argv, CommandModule } from 'yargs';
import { nodeRelease } from '../../schedule/core/node-release.ts';

const builder = (args: Argv) =>
  args
    .positional('scenario', { type: 'string', default: 's3-us-east-1-outage', describe: 'name or file' })
    .option('for', {
      choices: ['cron', 'cronjob', 'job', 'github', 'gitlab', 'jenkins'] as const,
      default: 'cron' as const,
      describe: 'a crontab line, a Kubernetes CronJob or Job, or the job of a CI',
    })
    .option('cron', { type: 'string', default: '0 3 * * 1-5', describe: 'minute hour day month weekday' })
    .option('gate', { choices: letterSchema.options, default: 'C' as const, describe: 'a lower letter fails' })
    .option('target', { type: 'string', default: '.', describe: 'the folder of your chaos.yaml' })
    .option('image', { type: 'string', describe: "your app's container image (cronjob, job)" })
    .option('gameday-image', {
      type: 'string',
      default: `node:${nodeRelease}-slim`,
      describe: 'what chaos runs in (cronjob, job)',
    })
    .option('port', { type: 'number', default: 8080, describe: 'where your app listens (cronjob, job)' })
    .option('s3-port', {
      type: 'number',
      default: 9100,
      describe: 'where it finds S3; the control API is on the port before (cronjob, job)',
    })
    .example('$0 schedule brownout', 'a line for crontab -e')
    .example('$0 schedule --for cronjob --image registry.example/shop:1.4 | kubectl apply -f -', 'every working night')
    .example('$0 schedule --for gitlab > .gitlab-ci.yml', 'game days and the gate before a release');

type ScheduleArgs = ReturnType<typeof builder> extends Argv<infer Args> ? Args : never;

/** `chaos schedule` */
export const scheduleCommand: CommandModule<object, ScheduleArgs> = {
  command: 'schedule [scenario]',
  describe: 'Print what makes game days happen by themselves: cron, Kubernetes, GitHub, GitLab, Jenkins',
  builder,
  handler: async (args) => {
    const { schedule } = await import('../actions/schedule.ts');
    await schedule(args);
  },
};
