import type { Arming } from '@gameday/injector';
import type { Plan } from '../core/plan.ts';
import { CliError } from './cli-error.ts';

/** Every bucket of the target must be armed. @throws {CliError} */
export function refuseUnarmed({ target, workload }: Plan, { buckets }: Arming): void {
  if (buckets === null) return;
  const used = [...target.buckets.map(({ name }) => name), ...workload.audit.s3.map(({ bucket }) => bucket)];
  const stranger = used.find((name) => !buckets.includes(name));
  if (stranger === undefined) return;
  throw new CliError(`the target uses bucket ${stranger}, which is not armed`, `--arm ${stranger}`, 'usage');
}
