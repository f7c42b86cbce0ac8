import { injectorVersion, type ControlStatus } from '@gameday/injector';
import { AttachedInjector } from '../adapters/nemesis/attached-injector.ts';
import { ControlClient, ControlRefusal, reasonOf, type InjectorAddress } from '../adapters/nemesis/control-client.ts';
import { startInjectorNemesis, type InjectorNemesis } from '../adapters/nemesis/injector-nemesis.ts';
import { EMBEDDED_CREDENTIALS, prepareS3, type Credentials, type S3Behind } from '../adapters/s3-behind.ts';
import type { Plan } from '../core/plan.ts';
import { InjectorError } from '../ports/nemesis.ts';
import type { StageOptions, UndoList } from './rehearsal-stage.ts';

/** S3, and what breaks it. */
interface BreakableS3 {
  readonly s3: S3Behind;
  readonly nemesis: InjectorNemesis;
}

/** Starts S3 with an injector before it, or attaches to one that runs. @throws {InjectorError} where that cannot be used */
export const openS3 = (options: StageOptions, undo: UndoList): Promise<BreakableS3> =>
  options.injector === undefined ? startHere(options, undo) : attachTo(options.injector, options, undo);

async function startHere(options: StageOptions, undo: UndoList): Promise<BreakableS3> {
  const { plan } = options;
  const s3 = await prepareS3(plan, options);
  undo.push(() => s3.stop());
  const behind = [...s3.endpoints].map(([region, upstream]) => {
    const port = options.s3Port === null ? 0 : options.s3Port + plan.regions.indexOf(region);
    const arm = s3.armed(region);
    return arm === null ? { region, upstream, port } : { region, upstream, port, arm };
  });
  const injector = await startInjectorNemesis(behind, plan.seed);
  const nemesis = options.nemesisOver?.(injector) ?? injector;
  undo.push(() => nemesis.stop());
  return { s3, nemesis };
}

async function attachTo(
  address: InjectorAddress,
  { plan, upstreams, arm, credentials }: StageOptions,
  undo: UndoList,
): Promise<BreakableS3> {
  const client = new ControlClient(address);
  const status = await meet(client);
  refuseUnfit(address.url, status, plan);
  const through = new Map(
    Object.entries(status.endpoints).map(([region, endpoint]) => {
      const armed = status.armed.includes(region);
      return [region, { endpoint, armed }] as const;
    }),
  );
  const s3 = await prepareS3(plan, { upstreams, arm, through, credentials: keysFor(status, plan, credentials) });
  undo.push(() => s3.stop());
  const nemesis = await AttachedInjector.attach(client, plan.seed).catch((error: unknown) => {
    throw unreachable(client, error);
  });
  undo.push(() => nemesis.stop());
  return { s3, nemesis };
}

/** @throws {InjectorError} where there is none, it does not let us in, or it is of another version */
async function meet(client: ControlClient): Promise<ControlStatus> {
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

const unreachable = (client: ControlClient, error: unknown): InjectorError =>
  new InjectorError(
    `no injector can be reached at ${client.url}: ${reasonOf(error)}`,
    'name the control API of an injector that runs: chaos inject prints it',
  );

/** @throws {InjectorError} where another has its hands on it, or it does not serve what the run needs */
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

/** What the app signs with, which the injector says. @throws {InjectorError} where only the user knows the secret */
function keysFor(
  { accessKeyId, armed }: ControlStatus,
  { target }: Plan,
  ofEnvironment: Credentials | null,
): Credentials | null {
  if (accessKeyId === null || ofEnvironment?.accessKeyId === accessKeyId) return ofEnvironment;
  const isEmbedded = accessKeyId === EMBEDDED_CREDENTIALS.accessKeyId;
  // Who runs already has its keys; what S3 is armed for is read past the injector.
  if ((isEmbedded && armed.length === 0) || target.command === null) return EMBEDDED_CREDENTIALS;
  throw new InjectorError(
    `the injector takes what is signed with its key ${accessKeyId}`,
    'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to the keys that chaos inject prints',
  );
}
