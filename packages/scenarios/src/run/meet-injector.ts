import { injectorVersion, type ControlStatus } from '@gameday/injector';
import { ControlRefusal, reasonOf, type ControlClient } from '../adapters/nemesis/control-client.ts';
import type { Plan } from '../core/plan.ts';
import { InjectorError } from '../ports/nemesis.ts';

/**
 * Asks an injector in another process what it is.
 * @throws {InjectorError} where there is none, it does not let us in, it is of another version, another has its hands on
 * it, or it does not serve what the run needs
 */
export async function meetInjector(client: ControlClient, plan: Plan): Promise<ControlStatus> {
  const status = await askWho(client);
  refuseUnfit(client.url, status, plan);
  return status;
}

async function askWho(client: ControlClient): Promise<ControlStatus> {
  try {
    const version = await client.version();
    if (version === injectorVersion) return await client.status();
    throw new InjectorError(
      `the injector at ${client.url} is of ${version === null ? 'another version' : `version ${version}`}, and this is ${injectorVersion}`,
      'use one version of Gameday on both sides: faults and draws may differ between two',
    );
  } catch (error) {
    if (error instanceof InjectorError) throw error;
    if (error instanceof ControlRefusal && error.status === 401) {
      throw new InjectorError(
        `the injector at ${client.url} does not take the token`,
        'chaos inject prints its token, or keeps it in its --token-file',
      );
    }
    throw unreachable(client, error);
  }
}

/** Why nothing can be asked of an injector. */
export const unreachable = (client: ControlClient, error: unknown): InjectorError =>
  new InjectorError(
    `no injector can be reached at ${client.url}: ${reasonOf(error)}`,
    'name the control API of an injector that runs: chaos inject prints it',
  );

function refuseUnfit(url: string, { timeline, endpoints }: ControlStatus, { regions }: Plan): void {
  if (timeline !== null) {
    throw new InjectorError(
      `the injector at ${url} has faults in force already`,
      'end the other run, or start chaos inject without --faults',
    );
  }
  const missing = regions.filter((region) => endpoints[region] === undefined);
  if (missing.length === 0) return;
  throw new InjectorError(
    `the injector at ${url} does not serve ${missing.join(', ')}`,
    `chaos inject ${regions.map((region) => `--region ${region}`).join(' ')}`,
  );
}
