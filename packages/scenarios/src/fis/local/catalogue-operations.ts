import { actionCatalogue, resourceTypeCatalogue, type CatalogueAction } from '../core/action-catalogue.ts';
import { actionArn, leverArn } from '../core/arns.ts';
import { isOver } from '../core/experiment-machine.ts';
import { isRecord } from '../../core/source/schema-words.ts';
import { FisError, notFound } from './fis-error.ts';
import { pageOf } from './paging.ts';
import type { RegionState } from './records.ts';
import { text, type Operation, type ServiceContext } from './service.ts';

const TAGS_MAX = 50;

const actionSummary = ({ id, description, targets }: CatalogueAction, { state, account }: ServiceContext) => ({
  id,
  arn: actionArn(state.region, account, id),
  description,
  targets: Object.fromEntries(Object.entries(targets).map(([key, resourceType]) => [key, { resourceType }])),
  tags: {},
});

/** Something that bears tags. */
interface Tagged {
  tags: Record<string, string>;
}

function taggedIn({ templates, experiments }: RegionState, arn: string): Tagged {
  const found = [...templates.values(), ...experiments.values()].find((one) => one.arn === arn);
  if (found === undefined) throw notFound('Resource', arn);
  return found;
}

const leverView = ({ state, account }: ServiceContext) => ({
  safetyLever: { id: 'default', arn: leverArn(state.region, account), state: state.lever },
});

const checkLever = (id: string): void => {
  if (id !== 'default') throw notFound('Safety lever', id);
};

export const catalogueOperations: Readonly<Record<string, Operation>> = {
  ListActions: (input, context) => {
    const { items, nextToken } = pageOf([...actionCatalogue.values()], input);
    return { actions: items.map((action) => actionSummary(action, context)), nextToken };
  },
  GetAction: (input, context) => {
    const action = actionCatalogue.get(text(input, 'id'));
    if (action === undefined) throw notFound('Action', text(input, 'id'));
    return { action: { ...actionSummary(action, context), parameters: action.parameters } };
  },
  ListTargetResourceTypes: (input) => {
    const { items, nextToken } = pageOf([...resourceTypeCatalogue.values()], input);
    const types = items.map(({ resourceType, description }) => ({ resourceType, description }));
    return { targetResourceTypes: types, nextToken };
  },
  GetTargetResourceType: (input) => {
    const type = resourceTypeCatalogue.get(text(input, 'resourceType'));
    if (type === undefined) throw notFound('Target resource type', text(input, 'resourceType'));
    return { targetResourceType: type };
  },
  ListTagsForResource: (input, { state }) => ({ tags: taggedIn(state, text(input, 'resourceArn')).tags }),
  TagResource: (input, { state }) => {
    const tagged = taggedIn(state, text(input, 'resourceArn'));
    const given = isRecord(input['tags'])
      ? Object.entries(input['tags']).map(([key, value]) => [key, String(value)])
      : [];
    const tags: Record<string, string> = { ...tagged.tags, ...Object.fromEntries(given) };
    if (Object.keys(tags).length > TAGS_MAX) {
      throw new FisError('ValidationException', `A resource has at most ${TAGS_MAX} tags.`);
    }
    tagged.tags = tags;
    return {};
  },
  UntagResource: (input, { state }) => {
    const tagged = taggedIn(state, text(input, 'resourceArn'));
    const keys: readonly unknown[] = Array.isArray(input['tagKeys']) ? input['tagKeys'] : Object.keys(tagged.tags);
    tagged.tags = Object.fromEntries(Object.entries(tagged.tags).filter(([key]) => !keys.includes(key)));
    return {};
  },
  GetSafetyLever: (input, context) => {
    checkLever(text(input, 'id'));
    return leverView(context);
  },
  UpdateSafetyLeverState: (input, context) => {
    checkLever(text(input, 'id'));
    const wanted = isRecord(input['state']) ? input['state'] : {};
    const status = wanted['status'] === 'engaged' ? 'engaged' : 'disengaged';
    context.state.lever = { status, reason: String(wanted['reason']) };
    if (status === 'engaged') {
      for (const record of context.state.experiments.values()) {
        if (!isOver(record.run.status)) context.experiments.stop(record, 'The safety lever was engaged.');
      }
    }
    return leverView(context);
  },
};
