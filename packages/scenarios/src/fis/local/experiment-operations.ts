import { experimentArn } from '../core/arns.ts';
import { isOver } from '../core/experiment-machine.ts';
import { runOf } from './experiments.ts';
import { FisError, notFound } from './fis-error.ts';
import { pageOf } from './paging.ts';
import type { ExperimentRecord, RegionState } from './records.ts';
import { made, madeBefore, text, type Operation } from './service.ts';
import { templateIn } from './template-operations.ts';
import { experimentSummary, experimentView } from './views.ts';

/** FIS's default quota. */
const ACTIVE_MAX = 5;

/** @throws {FisError} where there is no such experiment */
export function experimentIn({ experiments }: RegionState, id: string): ExperimentRecord {
  const found = experiments.get(id);
  if (found === undefined) throw notFound('Experiment', id);
  return found;
}

const start: Operation = async (input, { state, account, experiments, nowMs, newId, epochOf }) => {
  const before = madeBefore(state, 'StartExperiment', input);
  if (before !== null) return { experiment: experimentView(experimentIn(state, before), epochOf) };
  const template = templateIn(state, text(input, 'experimentTemplateId'));
  const active = [...state.experiments.values()].filter(({ run }) => !isOver(run.status)).length;
  if (active >= ACTIVE_MAX) {
    throw new FisError('ServiceQuotaExceededException', `${ACTIVE_MAX} experiments are active already.`);
  }
  const { experimentOptions, tags } = input;
  const preview =
    typeof experimentOptions === 'object' &&
    experimentOptions !== null &&
    'actionsMode' in experimentOptions &&
    experimentOptions.actionsMode === 'skip-all';
  const id = newId('EXP');
  const record: ExperimentRecord = {
    id,
    arn: experimentArn(state.region, account, id),
    region: state.region,
    templateId: template.id,
    body: template.body,
    accounts: new Map(template.accounts),
    actionsMode: preview ? 'skip-all' : 'run-all',
    createdMs: nowMs(),
    tags: typeof tags === 'object' ? Object.fromEntries(Object.entries(tags ?? {})) : {},
    resolved: [],
    run: runOf(template),
  };
  state.experiments.set(id, record);
  made(state, 'StartExperiment', input, id);
  if (state.lever.status === 'engaged') experiments.cancel(record, 'The safety lever is engaged.');
  else await experiments.start(record);
  return { experiment: experimentView(record, epochOf) };
};

export const experimentOperations: Readonly<Record<string, Operation>> = {
  StartExperiment: start,
  StopExperiment: (input, { state, experiments, epochOf }) => {
    const record = experimentIn(state, text(input, 'id'));
    if (isOver(record.run.status)) {
      throw new FisError('ValidationException', `The experiment ${record.id} is ${record.run.status} already.`);
    }
    experiments.stop(record, 'Experiment stopped by user.');
    return { experiment: experimentView(record, epochOf) };
  },
  GetExperiment: (input, { state, epochOf }) => ({
    experiment: experimentView(experimentIn(state, text(input, 'id')), epochOf),
  }),
  ListExperiments: (input, { state }) => {
    const wanted = input['experimentTemplateId'];
    const all = [...state.experiments.values()].filter(
      ({ templateId }) => wanted === undefined || templateId === wanted,
    );
    const { items, nextToken } = pageOf(all, input);
    return { experiments: items.map(experimentSummary), nextToken };
  },
  ListExperimentResolvedTargets: (input, { state }) => {
    const { resolved } = experimentIn(state, text(input, 'experimentId'));
    const wanted = input['targetName'];
    const all = resolved.filter(({ targetName }) => wanted === undefined || targetName === wanted);
    const { items, nextToken } = pageOf(all, input);
    const targets = items.map(({ targetName, resourceType, arn }) => ({
      targetName,
      resourceType,
      targetInformation: { arn },
    }));
    return { resolvedTargets: targets, nextToken };
  },
};
