import type { Argv, CommandModule } from 'yargs';
import type { ExitName } from '../exit-codes.ts';

const builder = (args: Argv) =>
  args
    .positional('journal', {
      type: 'string',
      demandOption: true,
      describe: 'a run: its journal, folder or report.json',
    })
    .option('policy', { type: 'string', demandOption: true, describe: 'a YAML file: letter, dimensions, regression' })
    .option('json', { type: 'boolean', default: false, describe: 'the answer as JSON' })
    .example('$0 gate runs/ID/journal.ndjson --policy gate.yaml', 'before a release: exit with 1 if a rule is broken')
    .example('$0 gate runs/ID --policy gate.yaml --json', 'for a program');

type GateArgs = ReturnType<typeof builder> extends Argv<infer Args> ? Args : never;

/** `chaos gate` */
export const gateCommand = (ends: (name: ExitName) => void): CommandModule<object, GateArgs> => ({
  command: 'gate <journal>',
  describe: 'Hold a run against a policy of what a release must reach',
  builder,
  handler: async (args) => {
    const { gate } = await import('../actions/gate.ts');
    ends(await gate(args));
  },
});
