import { accountOperations } from './account-operations.ts';
import { catalogueOperations } from './catalogue-operations.ts';
import { experimentOperations } from './experiment-operations.ts';
import type { Operation } from './service.ts';
import { templateOperations } from './template-operations.ts';

/** Every operation of FIS, by its name. */
export const operations: Readonly<Record<string, Operation>> = {
  ...templateOperations,
  ...experimentOperations,
  ...accountOperations,
  ...catalogueOperations,
};
