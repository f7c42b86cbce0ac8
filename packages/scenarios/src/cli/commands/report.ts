import { letterSchema } from '@gameday/reporter/journal';
import type { Argv, CommandModule } from 'yargs';
import type { ExitName } from '../exit-codes.ts';

const builder = (args: Argv) =>
  args
    .positional('journal', { type: 'string', demandOption: true, describe: 'the journal.ndjson of a run' })
    .option('out', { type: 'string', describe: "where the reports go (default: the journal's folder)" })
    .option('gate', { choices: letterSchema.options, describe: 'exit with 1 below this letter' })
    .option('chaos-toolkit', { type: 'string', describe: 'also write a journal.json of Chaos Toolkit here' })
    .option('json', { type: 'boolean', default: false, describe: 'print report.json instead of the summary' })
    .example('$0 report runs/ID/journal.ndjson --gate C', 'the same grade from the same journal, with a gate');

type ReportArgs = ReturnType<typeof builder> extends Argv<infer Args> ? Args : never;

/** `chaos report` */
export const reportCommand = (ends: (name: ExitName) => void): CommandModule<object, ReportArgs> => ({
  command: 'report <journal>',
  describe: 'Grade a journal again and write its reports',
  builder,
  handler: async (args) => {
    const { report } = await import('../actions/report.ts');
    ends(await report(args));
  },
});
