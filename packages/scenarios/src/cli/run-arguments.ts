import { isLoopback, type Arming } from '@gameday/injector';
import type { Credentials } from '../adapters/s3-behind.ts';
import { parseDuration } from '../core/words/duration.ts';
import { CliError } from './cli-error.ts';

/** `--set share=0.9 --set region=eu-west-1` -> {share: 0.9, region: eu-west-1}. @throws {CliError} */
export function parseSets(sets: readonly string[]): Record<string, number | string> {
  return Object.fromEntries(
    sets.map((text) => {
      const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
      if (name === undefined || value === undefined) {
        throw new CliError(`--set ${text}: expected NAME=VALUE`, 'chaos show SCENARIO --json lists the names', 'usage');
      }
      return [name, Number.isFinite(Number(value)) ? Number(value) : value] as const;
    }),
  );
}

/** `--duration 2m` in milliseconds. @throws {CliError} */
export function parseDurationOption(option: string, text: string): number {
  const ms = parseDuration(text);
  if (ms === null || ms <= 0) {
    throw new CliError(`${option} ${text}: expected a duration`, `${option} 90s, 2m or 1h30m`, 'usage');
  }
  return ms;
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** `--arm photos --arm account:123456789012`; null where nothing is armed. @throws {CliError} */
export function parseArm(words: readonly string[]): Arming | null {
  if (words.length === 0) return null;
  const named = words.filter((word) => !word.startsWith('account:'));
  const accounts = words.filter((word) => word.startsWith('account:')).map((word) => word.slice('account:'.length));
  const bad = named.find((word) => !BUCKET.test(word)) ?? accounts.find((digits) => !/^\d{12}$/.test(digits));
  if (bad !== undefined || accounts.length > 1) {
    throw new CliError(
      `--arm ${bad ?? words.join(' ')}: expected bucket names, or one account`,
      '--arm my-test-bucket, or --arm account:123456789012',
      'usage',
    );
  }
  return { buckets: named.length === 0 ? null : named, account: accounts[0] ?? null };
}

const endpointOfAws = (region: string): string =>
  `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

/**
 * `--upstream us-east-1=http://127.0.0.1:9000`, or `us-east-1=aws` for AWS itself. What is not on this machine must be
 * armed. @throws {CliError}
 */
export function parseUpstreams(upstreams: readonly string[], arm: Arming | null): Map<string, string> {
  return new Map(
    upstreams.map((text) => {
      const [, region, given] = /^([a-z0-9-]+)=(.+)$/.exec(text) ?? [];
      const url = given === 'aws' && region !== undefined ? endpointOfAws(region) : given;
      if (region === undefined || url === undefined || !URL.canParse(url)) {
        throw new CliError(
          `--upstream ${text}: expected REGION=URL`,
          '--upstream us-east-1=http://127.0.0.1:9000',
          'usage',
        );
      }
      if (!isLoopback(new URL(url)) && arm === null) {
        throw new CliError(
          `--upstream ${text}: not on this machine, so its data is somebody's`,
          'name what may be touched: --arm BUCKET (again for each), or --arm account:123456789012',
          'usage',
        );
      }
      return [region, url] as const;
    }),
  );
}

/** The credentials of the S3 that --upstream names, from the environment as the SDKs read it; null where there are none. */
export function upstreamCredentials(env: NodeJS.ProcessEnv): Credentials | null {
  const accessKeyId = env['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'];
  if (accessKeyId === undefined || secretAccessKey === undefined) return null;
  return { accessKeyId, secretAccessKey };
}

/** What follows `--`: the command that starts the target. */
export function commandAfterDashes(args: Readonly<Record<string, unknown>>): string[] {
  const words = args['--'];
  return Array.isArray(words) ? words.map(String) : [];
}

/** `--region us-east-1 --region us-west-2=http://127.0.0.1:9000`: null for the embedded store. @throws {CliError} */
export function parseRegions(words: readonly string[], arm: Arming | null): ReadonlyMap<string, string | null> {
  const named = parseUpstreams(
    words.filter((word) => word.includes('=')),
    arm,
  );
  return new Map(
    words.map((word) => {
      const [region = ''] = word.split('=', 1);
      return [region, named.get(region) ?? null] as const;
    }),
  );
}
