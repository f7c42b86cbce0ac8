import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FisClient } from '@aws-sdk/client-fis';
import { S3Client } from '@aws-sdk/client-s3';
import { systemClock, type Clock } from '@gameday/injector';
import { EMBEDDED_CREDENTIALS } from '../src/adapters/s3-behind.ts';
import { listScenarios } from '../src/adapters/yaml-source.ts';
import { startEmbeddedS3, type EmbeddedS3 } from '../src/fis/adapters/embedded-actuator.ts';
import { phaseLibrary } from '../src/fis/adapters/phase-library.ts';
import { randomId, startFisEndpoint, type FisEndpoint } from '../src/fis/local/endpoint.ts';
import { repository } from './chaos-process.ts';

export interface FisStage {
  readonly s3: EmbeddedS3;
  readonly endpoint: FisEndpoint;
  readonly client: FisClient;
  /** Where a region's S3 is. */
  readonly s3Url: (region: string) => string;
  /** For commands of other languages: keys, region, no configuration of the machine's. */
  readonly env: Readonly<Record<string, string>>;
}

/** An S3 of two regions, an injector before it, and the local FIS, in this process. */
export async function openFisStage(
  t: { teardown: (action: () => Promise<void>) => void },
  clock: Clock = systemClock,
  fileExists: (path: string) => boolean = existsSync,
): Promise<FisStage> {
  const regions = new Map([
    ['us-east-1', null],
    ['us-west-2', null],
  ]);
  const replicationLag = { shape: 'constant', ms: 1 } as const;
  const s3 = await startEmbeddedS3({ regions, credentials: null, port: 0, seed: 'fis', clock, replicationLag });
  const endpoint = await startFisEndpoint({
    actuator: s3,
    clock,
    epochMs: Date.parse('2026-01-01T00:00:00Z'),
    randomId,
    fileExists,
    phaseWindows: await phaseLibrary(await listScenarios(join(repository, 'scenarios')), s3.regions),
  });
  const client = new FisClient({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: EMBEDDED_CREDENTIALS,
    maxAttempts: 1,
  });
  t.teardown(async () => {
    client.destroy();
    await endpoint.close();
    await s3.stop();
  });
  return {
    s3,
    endpoint,
    client,
    s3Url: (region) => s3.endpoints.get(region) ?? '',
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: '/nonexistent',
      AWS_ACCESS_KEY_ID: EMBEDDED_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: EMBEDDED_CREDENTIALS.secretAccessKey,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_PAGER: '',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  };
}

/** Why a program cannot be used here; false where it can. Debian's own, not what another Python puts before it. */
export function absence(program: string, ...args: readonly string[]): string | false {
  const { error, status } = spawnSync(program, args, { stdio: 'ignore' });
  return error === undefined && status === 0 ? false : `${program} ${args.join(' ')} does not work here`;
}

/** Runs a command to its end: what it printed, or that it failed and how. */
export function command(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile(program, [...args], { env, timeout: 120_000, maxBuffer: 16_777_216 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code ?? 1);
      resolve({ code, stdout, stderr });
    });
  });
}

/** Resolves when something holds, asked again and again, or with what it was when a minute is over. */
export async function eventually<Value>(ask: () => Promise<Value>, holds: (value: Value) => boolean): Promise<Value> {
  const giveUp = AbortSignal.timeout(30_000);
  for (;;) {
    const value = await ask();
    if (holds(value) || giveUp.aborted) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A client of an S3 of the stage, which asks once. */
export const s3Client = (endpoint: string, region = 'us-east-1'): S3Client =>
  new S3Client({ endpoint, region, credentials: EMBEDDED_CREDENTIALS, forcePathStyle: true, maxAttempts: 1 });
