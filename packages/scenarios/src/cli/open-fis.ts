import { FisAccess } from '../fis/adapters/fis-access.ts';
import { FisDriver, type AppliedTemplate, type FisChange } from '../fis/adapters/fis-driver.ts';
import { startFisGuardian, type FisGuardian } from '../fis/adapters/fis-guardian-link.ts';
import type { FisPlan } from '../fis/core/plan-fis.ts';
import { CliError } from './cli-error.ts';
import type { FisAccountRequest } from './fis-arguments.ts';

export interface OpenedFis {
  readonly access: FisAccess;
  readonly driver: FisDriver;
  close(): void;
}

/**
 * A way to FIS, to the account that was armed and no other.
 * @param guarded whether experiments are to be stopped should this process die
 * @throws {CliError} where no account was armed, or another than chaos.yaml's, or the credentials are of another
 */
export async function openFis(
  { endpointUrl, arm: armed }: FisAccountRequest,
  { aws, templates, appRegion }: Pick<FisPlan, 'aws' | 'templates' | 'appRegion'>,
  guarded: boolean,
  onChange: (change: FisChange) => void,
): Promise<OpenedFis> {
  const arm = armed?.replace(/^account:/, '');
  if (arm === undefined) {
    throw new CliError('nothing is made or started in an account that was not armed', `--arm ${aws.account}`, 'usage');
  }
  if (arm !== aws.account) {
    throw new CliError(
      `--arm ${arm}: chaos.yaml is about the account ${aws.account}`,
      'arm that one, or mend aws.account',
      'usage',
    );
  }
  if (endpointUrl !== undefined && !URL.canParse(endpointUrl)) {
    throw new CliError(
      `--endpoint-url ${endpointUrl}: not a URL`,
      'http://127.0.0.1:4599, as chaos fis serve prints it',
      'usage',
    );
  }
  const access = new FisAccess(endpointUrl ?? null);
  const guardian: FisGuardian | null = guarded ? await startFisGuardian(endpointUrl ?? null) : null;
  const driver = new FisDriver(access, guardian, onChange);
  const close = (): void => {
    guardian?.end();
    access.close();
  };
  try {
    await driver.checkAccount(arm, [appRegion, ...templates.map(({ region }) => region)]);
  } catch (error) {
    close();
    throw asCliError(error);
  }
  return { access, driver, close };
}

/** Makes the templates and lets FIS find their targets, which are told. @throws {CliError} where FIS refuses */
export async function applyAndPreview(
  { driver }: OpenedFis,
  fis: FisPlan,
  token: string,
  say: (line: string) => void,
): Promise<readonly AppliedTemplate[]> {
  if (fis.templates.length === 0) {
    throw new CliError('FIS can do nothing of this scenario', 'chaos fis plan says why, line by line', 'usage');
  }
  try {
    const applied = await driver.apply(fis.templates);
    for (const one of applied) {
      say(`${one.made ? 'made' : 'kept'}  ${one.id}  ${one.template.name} in ${one.region}`);
      for (const [target, arns] of await driver.preview(one, `${token}-${one.template.name}`)) {
        say(`      ${target}: ${arns.join(', ')}`);
      }
    }
    return applied;
  } catch (error) {
    throw asCliError(error);
  }
}

/** What FIS or the way to it refused, in one clear line. */
export function asCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new CliError(`FIS: ${message}`, 'docs/fis.md says what an account needs', 'environment');
}
