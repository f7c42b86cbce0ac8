import { createAppAuditor } from '../adapters/audit/app-auditor.ts';
import { createCommandAuditor } from '../adapters/audit/command-auditor.ts';
import { createListAuditor } from '../adapters/audit/list-auditor.ts';
import { createPlaceAuditor } from '../adapters/audit/place-auditor.ts';
import { createS3Auditor } from '../adapters/audit/s3-auditor.ts';
import { READS_PLACES } from '../core/planning/audit-ways.ts';
import type { Plan } from '../core/plan.ts';
import type { Auditor } from '../ports/auditor.ts';
import type { RehearsalStage } from './rehearsal-stage.ts';

/** Commands of the workload are numbered from 0. */
const AUDIT_COMMAND = -1;

/** Every way in which a plan has its ledger read back. */
export function auditorsOf(
  { workload: { audit, steps }, patienceMs }: Plan,
  { url, s3, runCommand }: Pick<RehearsalStage, 'url' | 's3' | 'runCommand'>,
): readonly Auditor[] {
  const app = { url, patienceMs };
  const { list = null, command = null } = audit;
  return [
    ...(audit.app === null ? [] : [createAppAuditor(app, audit.app.path, audit.app.value ?? null)]),
    ...steps.filter(({ ledger }) => READS_PLACES.has(ledger)).map((step) => createPlaceAuditor(app, step)),
    ...(list === null ? [] : [createListAuditor(app, list.path, list.pattern)]),
    ...audit.s3.flatMap((place) => {
      const endpoint = s3.endpoints.get(place.region);
      return endpoint === undefined ? [] : [createS3Auditor({ ...place, endpoint, credentials: s3.own(place.region) })];
    }),
    ...(command === null
      ? []
      : [
          createCommandAuditor((onLine, signal) =>
            runCommand(command.words, command.withinMs, AUDIT_COMMAND, signal, onLine),
          ),
        ]),
  ];
}
