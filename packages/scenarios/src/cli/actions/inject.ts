import { existsSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { superviseInjector, timelineSchema, type Supervised, type Timeline } from '@gameday/injector';
import { parse } from 'yaml';
import { z } from 'zod';
import { ControlClient, reasonOf } from '../../adapters/nemesis/control-client.ts';
import { EMBEDDED_CREDENTIALS as EMBEDDED, randomKeys, type Credentials } from '../../adapters/s3-behind.ts';
import { CliError } from '../cli-error.ts';
import { exitCodes, type ExitName } from '../exit-codes.ts';
import { readToken, TOKEN_VARIABLE } from '../injector-options.ts';
import { parseArm, parseRegions, upstreamCredentials } from '../run-arguments.ts';
import { onInterrupt } from '../signals.ts';

export interface InjectRequest {
  readonly faults: string | undefined;
  readonly region: readonly string[];
  readonly arm: readonly string[];
  readonly port: number;
  readonly proxy: number | undefined;
  readonly lease: number;
  readonly controlPort: number;
  /** Where its token stands, or is written to. */
  readonly tokenFile: string | undefined;
  readonly seed: string;
}

async function readTimeline(file: string): Promise<Timeline> {
  const wrong = (message: string): CliError =>
    new CliError(`--faults ${file}: ${message}`, 'docs/faults.md has every fault and its attributes', 'usage');
  let written: unknown;
  try {
    written = parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  }
  const parsed = timelineSchema.safeParse(written);
  if (!parsed.success) throw wrong(z.prettifyError(parsed.error));
  return parsed.data;
}

/**
 * Puts the faults of the command line in force, and renews their lease until the returned function is called. Another
 * controller's lease is its own affair. @throws {CliError} where the injector does not take them
 */
async function keepInForce({ control }: Supervised, timeline: Timeline, leaseMs: number): Promise<() => void> {
  // As any controller would: this command has no other way in.
  const client = new ControlClient(control);
  const started = await client.start(timeline, false).catch((error: unknown) => {
    throw new CliError(reasonOf(error), 'docs/faults.md', 'usage');
  });
  const renewal = setInterval(() => {
    // What was healed or has crashed stays healed: renewing brings nothing back.
    if (started.timeline !== null) client.renew(started.timeline).catch(() => {});
  }, leaseMs / 3);
  return () => clearInterval(renewal);
}

/** Runs the injector alone until it is interrupted. @throws {CliError} */
export async function inject(request: InjectRequest): Promise<ExitName> {
  const timeline = request.faults === undefined ? null : await readTimeline(request.faults);
  const arm = parseArm(request.arm);
  const credentials = arm === null ? (upstreamCredentials(process.env) ?? EMBEDDED) : randomKeys();
  const { tokenFile } = request;
  const leaseMs = request.lease * 1_000;
  const known = knownToken(tokenFile);
  const supervised = await superviseInjector({
    controlPort: request.controlPort,
    ...(known === null ? {} : { token: known }),
    regions: parseRegions(request.region, arm),
    ...(arm === null ? {} : { arm }),
    seed: request.seed,
    port: request.port,
    ...(request.proxy === undefined ? {} : { proxyPort: request.proxy }),
    leaseMs,
    credentials,
    onRestart: (why) => process.stderr.write(`the injector came back in pass-through: ${why}\n`),
  });
  try {
    // Written when all is ready, so that whoever waits for the file need not wait for anything else.
    if (tokenFile !== undefined && known === null) writeFileSync(tokenFile, supervised.control.token, { mode: 0o600 });
    const letGo = timeline === null ? null : await keepInForce(supervised, timeline, leaseMs);
    const interrupted = new Promise<void>((resolve) => {
      onInterrupt(() => resolve(), exitCodes.interrupted.code);
    });
    process.stdout.write(
      describe(supervised, tokenPlace(request), arm === null && credentials !== EMBEDDED ? null : credentials),
    );
    await interrupted;
    letGo?.();
  } finally {
    await supervised.stop();
  }
  return 'completed';
}

/** The token that the user chose; null where one is to be drawn. @throws {CliError} for a file without one */
function knownToken(file: string | undefined): string | null {
  if (file === undefined) return process.env[TOKEN_VARIABLE] ?? null;
  return existsSync(file) ? readToken('--token-file', file) : null;
}

/** Where the token can be found, where it is not to be printed. */
const tokenPlace = ({ tokenFile }: InjectRequest): string | null =>
  tokenFile ?? (process.env[TOKEN_VARIABLE] === undefined ? null : TOKEN_VARIABLE);

/** A word as a shell takes it. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** Lines for the shell that the app is started from. What the user's NODE_OPTIONS already say is kept. */
const exportsOf = (environment: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(environment).map(
    ([name, value]) => `export ${name}=${name === 'NODE_OPTIONS' ? '"$NODE_OPTIONS "' : ''}${quoted(value)}`,
  );

function describe(
  { endpoints, proxy, proxyEnvironment, control }: Supervised,
  keptIn: string | null,
  credentials: Credentials | null,
): string {
  const authority = proxyEnvironment?.['NODE_EXTRA_CA_CERTS'];
  const lines = [
    ...[...endpoints].map(([region, url]) => `endpoint  ${region}  ${url}`),
    ...(proxy === null ? [] : [`proxy     ${proxy.url}`]),
    ...(authority === undefined ? [] : [`ca        ${authority}`]),
    `control   ${control.url}`,
    // What is printed may end in somebody's log.
    `token     ${keptIn === null ? control.token : `in ${keptIn}`}`,
    ...(credentials === null ? [] : [`keys      ${credentials.accessKeyId} ${credentials.secretAccessKey}`]),
    ...(proxyEnvironment === null
      ? []
      : ['', '# through the proxy, in the shell that starts the app:', ...exportsOf(proxyEnvironment)]),
  ];
  return `${lines.join('\n')}\n`;
}
