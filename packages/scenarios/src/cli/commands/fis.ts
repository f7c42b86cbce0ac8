import type { CommandModule } from 'yargs';
import type { ExitName } from '../exit-codes.ts';
import {
  fisApplyCommand,
  fisDestroyCommand,
  fisStartCommand,
  fisStatusCommand,
  fisStopCommand,
} from './fis-account.ts';
import { fisImportCommand } from './fis-import.ts';
import { fisPlanCommand } from './fis-plan.ts';
import { fisServeCommand } from './fis-serve.ts';

/** `chaos fis` */
export const fisCommand = (ends: (name: ExitName) => void): CommandModule => ({
  command: 'fis <command>',
  describe: 'AWS Fault Injection Service: plan, run and import experiments, and a local endpoint',
  builder: (args) =>
    args
      .command(fisPlanCommand)
      .command(fisApplyCommand)
      .command(fisStartCommand(ends))
      .command(fisStatusCommand)
      .command(fisStopCommand)
      .command(fisDestroyCommand)
      .command(fisImportCommand)
      .command(fisServeCommand(ends))
      .demandCommand(1, 'say what to do: plan, serve, apply, start …'),
  handler: () => {},
});
