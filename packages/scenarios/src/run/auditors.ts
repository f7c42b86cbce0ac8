import { createAppAuditor } from '../adapters/audit/app-auditor.ts';
import { createCommandAuditor } from '../adapters/audit/command-auditor.ts';
import { createListAuditor } from '../adapters/audit/list-auditor.ts';
import { createPlaceAuditor } from '../adapters/audit/place-auditor.ts';
import { createS3Auditor } from '../adapters/audit/s3-auditor.ts';
import { membersAudits, READS_PLACES } from '../core/planning/audit-ways.ts';
import type { Plan } from '../core/plan.ts';
import type { Auditor } from '../ports/auditor.ts';
import type { RehearsalStage } from './rehearsal-stage.ts';

/** Commands of the workload are numbered from 0. */
const AUDIT_COMMAND = -1;

/** Every way in which a plan has its ledger read back. */
export function auditorsOf(
  plan: Plan,
  { url, s3, runCommand }: Pick<RehearsalStage, 'url' | 's3' | 'runCommand'>,
): readonly Auditor[] {
  const { audit, steps } = plan.workload;
  const app = { url, patienceMs: plan.patienceMs };
  const { command = null } = audit;
  const members = membersAudits(plan);
  return [
    ...members.flatMap(({ collection, app: way }) =>
      way === null ? [] : [createAppAuditor(app, { collection, path: way.path, value: way.value ?? null })],
    ),
    ...steps.filter(({ ledger }) => READS_PLACES.has(ledger)).map((step) => createPlaceAuditor(app, step)),
    ...members.flatMap(({ collection, list = null }) =>
      list === null ? [] : [createListAuditor(app, { collection, ...list })],
    ),
    ...members.flatMap(({ collection, s3: places }) =>
      places.flatMap((place) => {
        const endpoint = s3.endpoints.get(place.region);
        if (endpoint === undefined) return [];
        return [createS3Auditor({ ...place, collection, endpoint, credentials: s3.own(place.region) })];
      }),
    ),
    ...(command === null
      ? []
      : [
          createCommandAuditor((onLine, signal) =>
            runCommand(command.words, command.withinMs, AUDIT_COMMAND, signal, onLine),
          ),
        ]),
  ];
}
