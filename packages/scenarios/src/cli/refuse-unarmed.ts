import type { Arming } from '@gameday/injector';
import { membersAudits } from '../core/planning/audit-ways.ts';
import type { Plan } from '../core/plan.ts';
import { CliError } from './cli-error.ts';

/** Every bucket of the target must be armed. @throws {CliError} */
export function refuseUnarmed(plan: Plan, { buckets }: Arming): void {
  if (buckets === null) return;
  const audited = membersAudits(plan).flatMap(({ s3 }) => s3.map(({ bucket }) => bucket));
  const used = [...plan.target.buckets.map(({ name }) => name), ...audited];
  const stranger = used.find((name) => !buckets.includes(name));
  if (stranger === undefined) return;
  throw new CliError(`the target uses bucket ${stranger}, which is not armed`, `--arm ${stranger}`, 'usage');
}
