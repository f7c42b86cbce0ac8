import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { test } from 'tap';
import { repository, scratch } from './chaos-process.ts';

const run = promisify(execFile);
const names = ['injector', 'reporter', 'scenarios'];

/** An app's own code, in TypeScript, that uses every entry point. */
const consumer = `import { reportFromJournal, type Report } from '@gameday/reporter';
import { entrySchema, type Entry } from '@gameday/reporter/journal';
import { startInjector as bare, type Timeline } from '@gameday/injector';
import { startInjector, startS3, runScenario, type ScenarioRun } from '@gameday/scenarios';

export const entries: Entry[] = [];
export const timeline: Timeline = { windows: [] };
export const runs: Promise<ScenarioRun> = runScenario('brownout', { onEntry: (entry) => entries.push(entry) });
export const report: Promise<Report> = reportFromJournal([JSON.stringify(entrySchema.parse({}))]);
export const injector = startS3().then((s3) => startInjector({ s3 }));
export const never: Promise<number> = bare({ regions: [], seed: '1' }).then(({ inFlight }) => inFlight);
// @ts-expect-error -- the types are really there
export const wrong: number = startS3();
`;

/** The main job, cut down to what a test has time for. */
const drill = `extends: s3-us-east-1-outage
name: drill
title: The blackout of 2017
baseline: 2s
recovery: 2s
`;

test('the packages, packed and installed with npm in an empty folder, do the main job', async (t) => {
  const folder = scratch(t);
  const packed = join(folder, 'packed');
  const app = join(folder, 'app');
  mkdirSync(packed);
  mkdirSync(app);
  const filters = names.flatMap((name) => ['--filter', `./packages/${name}`]);
  await run('npx', ['--yes', 'pnpm@12.21.0', '--recursive', ...filters, 'pack', '--pack-destination', packed], {
    cwd: repository,
  });
  const tarballs = readdirSync(packed).map((name) => join(packed, name));
  t.equal(tarballs.length, 3);
  // What a user has who starts from nothing: none of this repository's settings.
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|TAP|_TAPJS)/.test(name)),
  );
  const env = { ...environment, NO_COLOR: '1', CI: 'true' };
  writeFileSync(join(app, 'package.json'), '{"private": true}');
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...tarballs], { cwd: app, env });
  const installed = (name: string): string => join(app, 'node_modules', '@gameday', name);

  await t.test('publint finds nothing, and nothing of the workspace is left inside', async (t) => {
    for (const name of names) {
      const { messages, pkg } = await publint({ pkgDir: installed(name), strict: true, pack: false });
      t.strictSame(
        messages.map((message) => formatMessage(message, pkg, { color: false })),
        [],
        name,
      );
      t.notMatch(readFileSync(join(installed(name), 'package.json'), 'utf8'), /catalog:|workspace:/);
      for (const file of ['LICENSE', 'README.md']) t.ok(readFileSync(join(installed(name), file), 'utf8'), file);
      const files = readdirSync(installed(name), { recursive: true }).map(String);
      t.strictSame(
        files.filter((file) => /\.test\.|\.tsbuildinfo$|^dist\/test/.test(file)),
        [],
      );
    }
  });

  for (const file of ['index.html', 'live.css', 'live.js']) {
    t.ok(readFileSync(join(installed('scenarios'), 'assets', 'live', file), 'utf8'), `the live page's ${file}`);
  }

  await t.test('types resolve in node16 and in bundler mode, declarations checked as well', async (t) => {
    writeFileSync(join(app, 'use.mts'), consumer);
    const common = ['--noEmit', '--strict', '--target', 'es2023', '--types', 'node', '--typeRoots', typeRoots];
    for (const [module, resolution] of [
      ['node16', 'node16'],
      ['esnext', 'bundler'],
    ] as const) {
      const mode = ['--module', module, '--moduleResolution', resolution];
      const { stdout } = await run(tsc, [...common, ...mode, 'use.mts'], { cwd: app }).catch(
        (error: { readonly stdout: string }) => error,
      );
      t.equal(stdout, '', resolution);
    }
  });

  await t.test('npx chaos lists, and rehearses the outage against the gallery that comes along', async (t) => {
    const chaos = (...args: string[]) => run('npx', ['chaos', ...args], { cwd: app, env });
    t.match((await chaos('list')).stdout, /^s3-us-east-1-outage +/m);
    writeFileSync(join(app, 'drill.yaml'), drill);
    const { stdout } = await chaos('run', './drill.yaml', '--only', 'blackout', '--duration', '9s', '--out', 'out');
    t.match(stdout, /\[ [A-F?] \] {2}photo-gallery in The blackout of 2017/);
    t.match(readFileSync(join(app, 'out', 'report.html'), 'utf8'), /^<!doctype html>/i);
  });
});

const typeRoots = join(repository, 'node_modules', '@types');
const tsc = join(repository, 'node_modules', '.bin', 'tsc');
