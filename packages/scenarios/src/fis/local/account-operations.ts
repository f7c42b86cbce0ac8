import { FisError, notFound } from './fis-error.ts';
import { pageOf } from './paging.ts';
import { experimentIn } from './experiment-operations.ts';
import type { AccountConfiguration } from './records.ts';
import { made, madeBefore, text, type Input, type Operation } from './service.ts';
import { templateIn } from './template-operations.ts';

const accountIn = (accounts: ReadonlyMap<string, AccountConfiguration>, id: string): AccountConfiguration => {
  const found = accounts.get(id);
  if (found === undefined) throw notFound('Target account configuration', id);
  return found;
};

const accountOf = (input: Input, before?: AccountConfiguration): AccountConfiguration => {
  const { description, roleArn } = input;
  const said = typeof description === 'string' ? description : before?.description;
  return {
    accountId: text(input, 'accountId'),
    roleArn: typeof roleArn === 'string' ? roleArn : (before?.roleArn ?? ''),
    ...(said === undefined ? {} : { description: said }),
  };
};

export const accountOperations: Readonly<Record<string, Operation>> = {
  CreateTargetAccountConfiguration: (input, { state }) => {
    const { accounts, body } = templateIn(state, text(input, 'experimentTemplateId'));
    const account = accountOf(input);
    if (madeBefore(state, 'CreateTargetAccountConfiguration', input) !== null) {
      return { targetAccountConfiguration: accountIn(accounts, account.accountId) };
    }
    if (body.experimentOptions?.accountTargeting !== 'multi-account') {
      throw new FisError('ValidationException', 'The template’s accountTargeting is not multi-account.');
    }
    if (accounts.has(account.accountId)) {
      throw new FisError('ConflictException', `The account ${account.accountId} is configured already.`);
    }
    accounts.set(account.accountId, account);
    made(state, 'CreateTargetAccountConfiguration', input, account.accountId);
    return { targetAccountConfiguration: account };
  },
  UpdateTargetAccountConfiguration: (input, { state }) => {
    const { accounts } = templateIn(state, text(input, 'experimentTemplateId'));
    const account = accountOf(input, accountIn(accounts, text(input, 'accountId')));
    accounts.set(account.accountId, account);
    return { targetAccountConfiguration: account };
  },
  DeleteTargetAccountConfiguration: (input, { state }) => {
    const { accounts } = templateIn(state, text(input, 'experimentTemplateId'));
    const account = accountIn(accounts, text(input, 'accountId'));
    accounts.delete(account.accountId);
    return { targetAccountConfiguration: account };
  },
  GetTargetAccountConfiguration: (input, { state }) => ({
    targetAccountConfiguration: accountIn(
      templateIn(state, text(input, 'experimentTemplateId')).accounts,
      text(input, 'accountId'),
    ),
  }),
  ListTargetAccountConfigurations: (input, { state }) => {
    const { accounts } = templateIn(state, text(input, 'experimentTemplateId'));
    const { items, nextToken } = pageOf([...accounts.values()], input);
    return { targetAccountConfigurations: items, nextToken };
  },
  GetExperimentTargetAccountConfiguration: (input, { state }) => ({
    targetAccountConfiguration: accountIn(
      experimentIn(state, text(input, 'experimentId')).accounts,
      text(input, 'accountId'),
    ),
  }),
  ListExperimentTargetAccountConfigurations: (input, { state }) => {
    const { accounts } = experimentIn(state, text(input, 'experimentId'));
    const { items, nextToken } = pageOf([...accounts.values()], input);
    return { targetAccountConfigurations: items, nextToken };
  },
};
