import { randomUUID } from 'node:crypto';
import {
  CreateExperimentTemplateCommand,
  GetExperimentCommand,
  StartExperimentCommand,
  type CreateExperimentTemplateCommandInput,
  type Experiment,
  type FisClient,
} from '@aws-sdk/client-fis';

export const role = 'arn:aws:iam::000000000000:role/fis';

type Body = Partial<CreateExperimentTemplateCommandInput>;

export async function begin(client: FisClient, body: Body, tags: Record<string, string> = {}): Promise<string> {
  const { experimentTemplate } = await client.send(
    new CreateExperimentTemplateCommand({
      clientToken: randomUUID(),
      description: 'x',
      stopConditions: [{ source: 'none' }],
      roleArn: role,
      actions: {},
      ...body,
    }),
  );
  const { experiment } = await client.send(
    new StartExperimentCommand({ clientToken: randomUUID(), experimentTemplateId: experimentTemplate?.id, tags }),
  );
  return experiment?.id ?? '';
}

export const get = async (client: FisClient, id: string): Promise<Experiment> =>
  (await client.send(new GetExperimentCommand({ id }))).experiment ?? {};

export const wait = (duration: string, ...startAfter: string[]) => ({
  actionId: 'aws:fis:wait',
  parameters: { duration },
  ...(startAfter.length === 0 ? {} : { startAfter }),
});
export const statuses = ({ actions = {} }: Experiment): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(actions).map(([name, { state }]) => [name, state?.status]));
