import type { Argv, CommandModule } from 'yargs';
import type { ExitName } from '../exit-codes.ts';
import { fisAccountOptions, fisScenarioOptions } from '../fis-arguments.ts';

const builder = (args: Argv) => fisAccountOptions(fisScenarioOptions(args));
type AccountArgs = ReturnType<typeof builder> extends Argv<infer Args> ? Args : never;

const startBuilder = (args: Argv) =>
  builder(args).option('out', { type: 'string', describe: 'folder for the journal (default: runs/fis-<scenario>)' });
type StartArgs = ReturnType<typeof startBuilder> extends Argv<infer Args> ? Args : never;

/** `chaos fis apply` */
export const fisApplyCommand: CommandModule<object, AccountArgs> = {
  command: 'apply <scenario>',
  describe: 'Make a scenario’s templates in the armed account; what is as planned is kept',
  builder: (args) => builder(args).example('$0 fis apply region-blackout --arm 123456789012', 'nothing is started yet'),
  handler: async (args) => {
    const { applyFis } = await import('../actions/fis-account.ts');
    await applyFis(args);
  },
};

/** `chaos fis start` */
export const fisStartCommand = (ends: (name: ExitName) => void): CommandModule<object, StartArgs> => ({
  command: 'start <scenario>',
  describe: 'Preview, start and follow a scenario’s experiments; Ctrl-C stops them all',
  builder: startBuilder,
  handler: async (args) => {
    const { startFis } = await import('../actions/fis-start.ts');
    ends(await startFis(args));
  },
});

/** `chaos fis status` */
export const fisStatusCommand: CommandModule<object, AccountArgs> = {
  command: 'status <scenario>',
  describe: 'A scenario’s templates and experiments in the armed account',
  builder,
  handler: async (args) => {
    const { statusFis } = await import('../actions/fis-account.ts');
    await statusFis(args);
  },
};

/** `chaos fis stop` */
export const fisStopCommand: CommandModule<object, AccountArgs> = {
  command: 'stop <scenario>',
  describe: 'Stop whatever runs of a scenario',
  builder,
  handler: async (args) => {
    const { stopFis } = await import('../actions/fis-account.ts');
    await stopFis(args);
  },
};

/** `chaos fis destroy` */
export const fisDestroyCommand: CommandModule<object, AccountArgs> = {
  command: 'destroy <scenario>',
  describe: 'Stop whatever runs of a scenario, then delete its templates',
  builder,
  handler: async (args) => {
    const { destroyFis } = await import('../actions/fis-account.ts');
    await destroyFis(args);
  },
};
