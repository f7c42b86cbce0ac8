import { templateArn } from '../core/arns.ts';
import { parseGuardrail } from '../core/local-guardrail.ts';
import { templateBodySchema, type TemplateBody } from '../core/template-body.ts';
import { templateProblems } from '../core/template-check.ts';
import { FisError, notFound } from './fis-error.ts';
import { pageOf } from './paging.ts';
import type { RegionState, TemplateRecord } from './records.ts';
import { made, madeBefore, text, type Input, type Operation } from './service.ts';
import { templateSummary, templateView } from './views.ts';

/** @throws {FisError} where there is no such template */
export function templateIn({ templates }: RegionState, id: string): TemplateRecord {
  const found = templates.get(id);
  if (found === undefined) throw notFound('Experiment template', id);
  return found;
}

function bodyOf(input: Input): TemplateBody {
  const { data, error } = templateBodySchema.safeParse(input);
  if (data === undefined) throw new FisError('ValidationException', error.message);
  const [problem] = templateProblems(data, 'local');
  if (problem !== undefined) throw new FisError(problem.error, problem.message);
  const wrong = data.stopConditions.find(
    ({ source, value }) => source === 'gameday:guardrail' && parseGuardrail(value ?? '') === null,
  );
  if (wrong !== undefined) {
    throw new FisError(
      'ValidationException',
      `${wrong.value ?? ''}: write "read goodBelow 0.5 for 5s", read or write.`,
    );
  }
  return data;
}

const create: Operation = (input, { state, account, nowMs, newId }) => {
  const before = madeBefore(state, 'CreateExperimentTemplate', input);
  if (before !== null) return { experimentTemplate: templateView(templateIn(state, before)) };
  const body = bodyOf(input);
  const id = newId('EXT');
  const record: TemplateRecord = {
    id,
    arn: templateArn(state.region, account, id),
    region: state.region,
    createdMs: nowMs(),
    updatedMs: nowMs(),
    body,
    tags: { ...body.tags },
    accounts: new Map(),
  };
  state.templates.set(id, record);
  made(state, 'CreateExperimentTemplate', input, id);
  return { experimentTemplate: templateView(record) };
};

const update: Operation = (input, { state, nowMs }) => {
  const record = templateIn(state, text(input, 'id'));
  const { experimentOptions, ...rest } = input;
  const options = {
    ...record.body.experimentOptions,
    ...(typeof experimentOptions === 'object' ? experimentOptions : {}),
  };
  record.body = bodyOf({ ...record.body, ...rest, experimentOptions: options });
  record.updatedMs = nowMs();
  return { experimentTemplate: templateView(record) };
};

export const templateOperations: Readonly<Record<string, Operation>> = {
  CreateExperimentTemplate: create,
  UpdateExperimentTemplate: update,
  GetExperimentTemplate: (input, { state }) => ({
    experimentTemplate: templateView(templateIn(state, text(input, 'id'))),
  }),
  DeleteExperimentTemplate: (input, { state }) => {
    const record = templateIn(state, text(input, 'id'));
    state.templates.delete(record.id);
    // A token that made what is gone makes it anew.
    for (const [token, { id }] of state.tokens) if (id === record.id) state.tokens.delete(token);
    return { experimentTemplate: templateView(record) };
  },
  ListExperimentTemplates: (input, { state }) => {
    const { items, nextToken } = pageOf([...state.templates.values()], input);
    return { experimentTemplates: items.map(templateSummary), nextToken };
  },
};
