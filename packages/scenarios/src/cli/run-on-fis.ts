import type { Plan } from '../core/plan.ts';
import { fisNemesis } from '../fis/adapters/fis-nemesis.ts';
import type { FisChange } from '../fis/adapters/fis-driver.ts';
import type { FisPlan } from '../fis/core/plan-fis.ts';
import { carryOut, type CarriedOut, type NemesisElsewhere } from './carry-out.ts';
import { CliError } from './cli-error.ts';
import type { FisAccountRequest } from './fis-arguments.ts';
import { applyAndPreview, openFis } from './open-fis.ts';

export interface FisRun {
  readonly fis: FisPlan;
  readonly request: FisAccountRequest;
  readonly upstream: readonly string[];
  readonly s3Port: number | undefined;
  /** Also serve a page that shows the run. */
  readonly watch: boolean;
  /** Where telemetry goes; undefined where only the environment may ask for it. */
  readonly otlp: string | undefined;
}

/**
 * The plan of a run on FIS, as far as it can be watched from here.
 * @throws {CliError} where the app is started here, and its S3 is not the one that FIS breaks
 */
export function watchable({ plan }: FisPlan, { endpointUrl }: FisAccountRequest, upstream: readonly string[]): Plan {
  const { target, workload, warnings } = plan;
  if (target.command !== null) {
    if (endpointUrl !== undefined && upstream.length > 0) return plan;
    throw new CliError(
      'FIS does not break the S3 of an app that is started here',
      endpointUrl === undefined
        ? 'name the app in AWS: --target-url https://…; or rehearse with --endpoint-url and chaos fis serve'
        : '--upstream REGION=URL for each S3 that chaos fis serve prints',
      'usage',
    );
  }
  if (upstream.length > 0) return plan;
  const collections = (workload.audit.collections ?? []).map(({ collection, app, list = null }) => ({
    collection,
    app,
    list,
    s3: [],
  }));
  // Nothing here sees the app's S3: to look for its objects in an empty store would tell lies.
  return {
    ...plan,
    workload: {
      ...workload,
      audit: { ...workload.audit, s3: [], ...(collections.length === 0 ? {} : { collections }) },
    },
    warnings: [
      ...warnings,
      'The app’s requests to S3 are not seen from here: what it met is not counted, and the audit goes through the app alone.',
    ],
  };
}

const say = (line: string): void => void process.stderr.write(`  ${line}\n`);

/** Carries a plan out with AWS FIS as the nemesis; load and audit are driven from here. @throws {CliError | TargetError} */
export async function carryOutOnFis(plan: Plan, runId: string, folder: string, run: FisRun): Promise<CarriedOut> {
  const before: FisChange[] = [];
  let note: ((event: string, what: string) => void) | null = null;
  let count = 0;
  const tellChange = (change: FisChange): void => {
    count += 1;
    if (note === null) before.push(change);
    else note(`fis/${count}-${change.id}`, sentence(change));
  };
  const opened = await openFis(run.request, run.fis, true, tellChange);
  try {
    const templates = await applyAndPreview(opened, run.fis, runId, say);
    const elsewhere: NemesisElsewhere = {
      over: (observer, tell) =>
        fisNemesis(observer, {
          plan,
          driver: opened.driver,
          templates,
          token: runId,
          onStopped: (detail) => tell({ kind: 'guardrail', guardrail: 'AWS FIS', detail }),
          onFailed: (detail) => tell({ kind: 'tool-failed', detail }),
        }),
      onJournal: (write) => {
        note = write;
        for (const [index, change] of before.entries()) write(`fis/${index + 1}-${change.id}`, sentence(change));
      },
    };
    const { upstream, s3Port, watch, otlp } = run;
    return await carryOut(plan, runId, folder, { upstream, arm: null, s3Port, watch, otlp, elsewhere });
  } finally {
    await opened.driver.stopAll();
    opened.close();
  }
}

const sentence = ({ id, region, what }: FisChange): string => `AWS FIS in ${region}, ${id}: ${what}.`;
