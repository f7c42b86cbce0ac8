import { joinCommand } from '../../core/words/command-line.ts';

/** A line of a crontab. */
export interface CronLine {
  readonly cron: string;
  readonly scenario: string;
  readonly gate: string;
  /** Absolute folder of the chaos.yaml. */
  readonly folder: string;
  /** The words that start the chaos command. */
  readonly chaos: readonly string[];
}

/** In a crontab a bare % ends the command. */
export function crontab({ cron, scenario, gate, folder, chaos }: CronLine): string {
  const words = joinCommand([...chaos, 'run', scenario, '--target', '.', '--gate', gate]);
  const command = `cd ${joinCommand([folder])} && mkdir -p runs && ${words} --out "runs/$(date +%Y-%m-%dT%H%M)" >> runs/cron.log 2>&1`;
  return `# A game day. Its mail and log say how it went; chaos trend runs shows many of them.\n${cron} ${command.replaceAll('%', '\\%')}\n`;
}
