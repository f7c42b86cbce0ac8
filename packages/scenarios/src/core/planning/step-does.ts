import { joinCommand } from '../words/command-line.ts';
import type { PlannedStep } from '../plan.ts';

/** What a step does, in a few words. Values in a query can be secrets, so they are left out. */
export function stepDoes({ request, command }: PlannedStep): string {
  if (command !== undefined && command !== null) return `run ${joinCommand(command.words)}`;
  const [path = '', query] = request.path.split('?');
  return `${request.method} ${path}${query === undefined ? '' : `?${query.replaceAll(/=[^&]*/g, '=…')}`}`;
}
