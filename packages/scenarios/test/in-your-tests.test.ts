import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'tap';
import { z } from 'zod';
import { InputError, startInjector, startS3 } from '../src/index.ts';
import { repository, type Ended } from './chaos-process.ts';

const example = join(repository, 'examples', 'in-your-tests');
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(example, 'package.json'), 'utf8')));

/** What this test run tells its own children is not for another runner's. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(TAP|_TAPJS|NODE_OPTIONS|NODE_TEST|npm_)/.test(name)),
);

function runScript(script: string): Promise<Ended> {
  const child = spawn(script, {
    shell: true,
    cwd: example,
    env: {
      ...environment,
      NO_COLOR: '1',
      PATH: `${join(example, 'node_modules', '.bin')}${delimiter}${process.env['PATH']}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

test('the examples pass under every runner', async (t) => {
  const names = Object.keys(scripts);
  t.strictSame(names, ['test:node', 'test:tap', 'test:vitest', 'test:jest']);
  const ended = await Promise.all(names.map((name) => runScript(scripts[name] ?? '')));
  for (const [index, { code, stdout, stderr }] of ended.entries()) {
    t.equal(code, 0, `${names[index] ?? ''}\n${stdout}\n${stderr}`.slice(0, 5_000));
    t.match(`${stdout}${stderr}`, /([#ℹ] pass 2|pass: 2|1 passed)/, `${names[index] ?? ''} ran its tests`);
  }
});

test('what an injector cannot inject is said in one line', async (t) => {
  const s3 = await startS3({ regions: ['eu-west-1', 'us-west-2'] });
  const injector = await startInjector({ s3 });
  t.teardown(async () => {
    await injector.stop();
    await s3.stop();
  });
  t.strictSame([injector.region, ...injector.endpoints.keys()], ['eu-west-1', 'eu-west-1', 'us-west-2']);
  t.throws(() => injector.inject('silnt'), InputError);
  t.throws(() => injector.inject({ fault: 'SlowDown', operations: ['GetObjects'] }), {
    message: /^fault 1 operations\[0\]: "GetObjects" is no operation of S3; did you mean "GetObject"/,
  });
  t.throws(() => injector.inject({ fault: 'silent', regions: ['sa-east-1'] }), /no endpoint serves sa-east-1/);
  injector.inject({ fault: 'ServiceUnavailable', regions: ['everywhere'] });
  for (const endpoint of injector.endpoints.values()) t.equal((await fetch(endpoint)).status, 503);
  t.equal(injector.struck, 2);
  injector.heal();
  t.equal((await fetch(injector.endpoint)).status, 403, 'S3 itself answers again');
});
