import { existsSync } from 'node:fs';
import { systemClock } from '@gameday/injector';
import { EMBEDDED_CREDENTIALS } from '../../adapters/s3-behind.ts';
import { controlInjector } from '../../fis/adapters/control-actuator.ts';
import { startEmbeddedS3 } from '../../fis/adapters/embedded-actuator.ts';
import { phaseLibrary } from '../../fis/adapters/phase-library.ts';
import type { Actuator } from '../../fis/local/actuator.ts';
import { randomId, startFisEndpoint } from '../../fis/local/endpoint.ts';
import type { ExperimentRecord } from '../../fis/local/records.ts';
import { exitCodes, type ExitName } from '../exit-codes.ts';
import { parseControl, TOKEN_VARIABLE, type ControlRequest } from '../injector-options.ts';
import { parseRegions, upstreamCredentials } from '../run-arguments.ts';
import { scenarioFiles } from '../../adapters/scenario-catalog.ts';
import { onInterrupt } from '../signals.ts';

export interface ServeRequest extends ControlRequest {
  readonly port: number;
  readonly region: readonly string[];
  readonly s3Port: number;
  readonly seed: string;
}

interface Opened {
  readonly actuator: Actuator & { stop(): Promise<void> };
  /** What a person needs to know of its S3. */
  readonly lines: readonly string[];
}

/** Serves FIS on loopback until it is interrupted. @throws {CliError} */
export async function serveFis(request: ServeRequest): Promise<ExitName> {
  const { actuator, lines } = await openActuator(request);
  try {
    const endpoint = await startFisEndpoint(
      {
        actuator,
        clock: systemClock,
        epochMs: Date.now() - systemClock.now(),
        randomId,
        fileExists: existsSync,
        phaseWindows: await phaseLibrary(await scenarioFiles(), actuator.regions),
        onChange: tellChanges((line) => process.stdout.write(`${line}\n`)),
      },
      request.port,
    );
    const interrupted = new Promise<void>((resolve) => {
      onInterrupt(() => resolve(), exitCodes.interrupted.code);
    });
    process.stdout.write([...lines, `account   ${endpoint.fis.account}`, `fis       ${endpoint.url}`, ''].join('\n'));
    await interrupted;
    await endpoint.close();
  } finally {
    await actuator.stop();
  }
  return 'completed';
}

async function openActuator(request: ServeRequest): Promise<Opened> {
  const { token, region, s3Port, seed } = request;
  const credentials = upstreamCredentials(process.env) ?? EMBEDDED_CREDENTIALS;
  const control = parseControl(request, process.env);
  if (control !== undefined) {
    if (token !== undefined) {
      process.stderr.write(
        `note: everybody on this machine can see --token; use ${TOKEN_VARIABLE} or --token-file FILE\n`,
      );
    }
    return { actuator: await controlInjector(control, credentials), lines: [] };
  }
  const regions = parseRegions(region, null);
  const s3 = await startEmbeddedS3({ regions, credentials, port: s3Port, seed });
  const keys = credentials === EMBEDDED_CREDENTIALS ? [`keys      ${Object.values(credentials).join(' ')}`] : [];
  return { actuator: s3, lines: [...[...s3.endpoints].map(([name, url]) => `s3        ${name}  ${url}`), ...keys] };
}

/** One line for each change that a person would want to see. */
function tellChanges(print: (line: string) => void): (record: ExperimentRecord) => void {
  const told = new Map<string, string>();
  return ({ id, run }) => {
    const actions = Object.entries(run.actions).filter(([, { status }]) => !['pending', 'initiating'].includes(status));
    const line = `${id} ${run.status}${actions.map(([name, { status }]) => ` ${name}=${status}`).join('')}`;
    if (told.get(id) === line) return;
    told.set(id, line);
    print(run.reason === null ? line : `${line}  (${run.reason})`);
  };
}
