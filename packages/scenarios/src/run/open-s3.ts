import type { ControlStatus } from '@gameday/injector';
import { AttachedInjector } from '../adapters/nemesis/attached-injector.ts';
import { ControlClient, type InjectorAddress } from '../adapters/nemesis/control-client.ts';
import { startInjectorNemesis, type InjectorNemesis } from '../adapters/nemesis/injector-nemesis.ts';
import { EMBEDDED_CREDENTIALS, prepareS3, type Credentials, type S3Behind } from '../adapters/s3-behind.ts';
import type { Plan } from '../core/plan.ts';
import { InjectorError } from '../ports/nemesis.ts';
import { meetInjector, unreachable } from './meet-injector.ts';
import type { StageOptions, UndoList } from './rehearsal-stage.ts';

/** S3, and what breaks it. */
interface BreakableS3 {
  readonly s3: S3Behind;
  readonly nemesis: InjectorNemesis;
  /** What the injector in another process said of itself; null for the one of this process. */
  readonly elsewhere: ControlStatus | null;
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
  return { s3, nemesis, elsewhere: null };
}

async function attachTo(
  address: InjectorAddress,
  { plan, upstreams, arm, credentials }: StageOptions,
  undo: UndoList,
): Promise<BreakableS3> {
  const client = new ControlClient(address);
  const status = await meetInjector(client, plan);
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
  const pauseReplication = (regions: readonly string[]): (() => void) | null =>
    regions.every((region) => status.upstreams[region] === null)
      ? nemesis.pauseReplication(regions.map((sourceRegion) => ({ sourceRegion })))
      : null;
  return { s3: { ...s3, pauseReplication }, nemesis, elsewhere: status };
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
