import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { CronJob } from 'kubernetes-models/batch/v1/CronJob';
import { Job } from 'kubernetes-models/batch/v1/Job';
import tap, { test, type Test } from 'tap';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { ciSteps } from '../src/schedule/core/ci-steps.ts';
import { isNodeSupported } from '../src/schedule/core/node-release.ts';
import { runAction, runScript } from './action-runner.ts';
import { freePort, isListening } from '../src/adapters/free-port.ts';
import { chaos, entriesOf, readEntries, repository, scratch, startChaos, until } from './chaos-process.ts';

const drill = `name: drill
title: S3 answers 503
summary: For the tests.
lesson: None.
baseline: 3s
recovery: 1500ms
phases: [{ id: down, title: It answers 503, for: 3s, faults: [{ regions: [home], fault: ServiceUnavailable }] }]
`;

/** A checkout of an app, as a runner has it, with nothing else around it. */
function checkout(t: Pick<Test, 'teardown'>): string {
  const folder = scratch(t);
  cpSync(join(repository, 'examples', 'photo-gallery'), join(folder, 'app'), { recursive: true });
  writeFileSync(join(folder, 'drill.yaml'), drill);
  writeFileSync(join(folder, 'strict.yaml'), 'letter: A\nregression: { baseline: gameday-baseline, pointsMax: 100 }\n');
  return folder;
}

const inherited = { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1' };
const action = join(repository, 'action.yml');
const inputs = { scenario: './drill.yaml', target: 'app' };

/** The environment of a Node that calls itself another version. */
function saidToBe(t: Pick<Test, 'teardown'>, version: string): { readonly NODE_OPTIONS: string } {
  const file = join(scratch(t), 'version.cjs');
  const versions = `{ ...process.versions, node: '${version}' }`;
  writeFileSync(file, `Object.defineProperty(process, 'versions', { value: ${versions} });`);
  return { NODE_OPTIONS: `--require ${file}` };
}

/** What GitLab's runner makes of the job: one script, with the variables in its environment. */
async function runGitlab(): Promise<{ readonly folder: string; readonly code: number; readonly log: string }> {
  const folder = checkout(tap);
  const text = readFileSync(join(repository, 'docs', 'ci', 'gitlab-ci.yml'), 'utf8');
  const { gameday } = z
    .object({ gameday: z.object({ variables: z.record(z.string(), z.string()), script: z.array(z.string()) }) })
    .parse(parse(text));
  const script = join(folder, 'script.sh');
  writeFileSync(script, gameday.script.join('\n'));
  const own = { SCENARIO: './drill.yaml', TARGET: 'app', GATE: 'A', KEEP_BASELINE: 'false', GAMEDAY_HOME: repository };
  return { folder, ...(await runScript(script, folder, { ...inherited, CI: 'true', ...gameday.variables, ...own })) };
}
/** Beside the others of this file. */
const gitlab = runGitlab();

test('the action of GitHub, its steps run as a runner does', async (t) => {
  const folder = checkout(t);
  await t.test('the first run is told, uploaded and kept', async (t) => {
    const keep = { ...inputs, 'keep-baseline': 'true' };
    let first = await runAction(action, folder, keep, inherited);
    // A machine that is too busy for the app before anything breaks makes a run inconclusive, as it should.
    for (let tries = 1; first.code === 3 && tries < 3; tries += 1)
      first = await runAction(action, folder, keep, inherited);
    const { code, log, summary, outputs, used } = first;
    t.equal(code, 0, log);
    t.match(outputs['letter'], /^[A-F]$/);
    t.equal(outputs['verdict'], 'fail');
    t.match(log, /^::error title=Gameday%3A grade [A-F]::/m, 'annotations');
    t.match(summary, /photo-gallery/);
    t.match(summary, /this run is the first/);
    t.ok(existsSync(join(folder, 'gameday-baseline', 'report.json')));
    t.match(
      used.map(({ uses }) => uses.replace(/@.*/, '')),
      ['actions/cache/restore', 'actions/upload-artifact', 'actions/cache/save'],
    );
    t.match(used[1]?.with, { name: 'gameday', path: 'gameday' });
    t.equal(used[0]?.with['key'], used[2]?.with['key']);
    for (const file of ['report.html', 'junit.xml', 'journal.ndjson'])
      t.ok(existsSync(join(folder, 'gameday', file)), file);
  });

  await t.test('the next one is compared, and a policy fails it', async (t) => {
    const before = readFileSync(join(folder, 'gameday-baseline', 'report.json'), 'utf8');
    const strict = { ...inputs, policy: 'strict.yaml', 'keep-baseline': 'true' };
    const { code, log, summary, outputs, used } = await runAction(action, folder, strict, inherited);
    t.ok(code === 1 || code === 3, log);
    t.match(log, /At least A is asked for/);
    t.match(summary, /### Against the baseline\n```\n[^]+\n```/);
    t.match(outputs['verdict'], /^(fail|inconclusive)$/);
    t.equal(readFileSync(join(folder, 'gameday-baseline', 'report.json'), 'utf8'), before, 'the baseline stays');
    t.equal(used.length, 2, 'reports are uploaded, no baseline is saved');
  });

  await t.test('a run that cannot begin fails with its own exit code, and its words are in the log', async (t) => {
    const old = { ...inherited, ...saidToBe(t, '21.7.3') };
    const { code, log, used } = await runAction(action, folder, { ...inputs, scenario: 'brownot' }, old);
    t.equal(code, 2);
    t.match(log, /did you mean "?brownout/);
    t.match(used[0], { uses: /^actions\/setup-node@/, with: { 'node-version': /^2[46]$/ } }, 'a Node in place of 21');
    t.ok(
      used.some(({ uses }) => uses.startsWith('actions/upload-artifact')),
      'what there is is uploaded',
    );
  });
});

test('a Node that is there is left in its place where Gameday runs on it', async (t) => {
  const script = join(scratch(t), 'look.sh');
  writeFileSync(script, isNodeSupported);
  const versions = ['20.18.3', '20.19.0', '21.7.3', '22.11.0', '22.12.0', '23.11.1', '24.0.0', '26.10.0'];
  const looks = await Promise.all(
    versions.map((version) => runScript(script, repository, { ...inherited, ...saidToBe(t, version) })),
  );
  const supported = versions.filter((_, index) => looks[index]?.code === 0);
  t.strictSame(supported, ['20.19.0', '22.12.0', '24.0.0', '26.10.0'], 'as engines in package.json says');
});

test('the job of GitLab, its scripts run in one shell', async (t) => {
  const { folder, code, log } = await gitlab;
  t.ok(code === 1 || code === 3, log);
  t.match(log, /this run is the first/);
  t.ok(existsSync(join(folder, 'gameday', 'junit.xml')));
});

test('the Jenkinsfile has the same steps', async (t) => {
  const text = readFileSync(join(repository, 'docs', 'ci', 'Jenkinsfile'), 'utf8');
  const scripts = [...text.matchAll(/sh '''\n(.*?)\n +'''/gs)].map(([, body = '']) =>
    body.replaceAll(/^ {10}/gm, '').replaceAll('\\\\', '\\'),
  );
  t.strictSame(
    scripts,
    [ciSteps.setUp, ciSteps.rehearse, ciSteps.compare, ciSteps.judge].map(({ run }) => `set -e\n${run.trimEnd()}`),
  );
  t.equal(text.match(/\{/g)?.length, text.match(/\}/g)?.length);
});

test('chaos schedule prints what Kubernetes takes', async (t) => {
  const folder = join(checkout(t), 'app');
  for (const [kind, Model] of [
    ['cronjob', CronJob],
    ['job', Job],
  ] as const) {
    const { code, stdout, stderr } = await chaos(
      ['schedule', 'brownout', '--for', kind, '--image', 'registry.example/gallery:1', '--cron', '30 2 * * 6'],
      folder,
    );
    t.equal(code, 0, stderr);
    const [config, job] = parseAllDocuments(stdout).map((document): unknown => document.toJS());
    // The models check against the OpenAPI schemas of Kubernetes, and refuse what those do not know.
    new ConfigMap(z.looseObject({}).parse(config)).validate();
    new Model(z.looseObject({}).parse(job)).validate();
    t.throws(() =>
      new Model(z.looseObject({}).parse({ ...z.looseObject({}).parse(job), spec: { schedule: 7 } })).validate(),
    );
    t.match(config, { kind: 'ConfigMap', data: { 'chaos.yaml': readFileSync(join(folder, 'chaos.yaml'), 'utf8') } });
    const pod = {
      initContainers: [
        { name: 'injector', restartPolicy: 'Always' },
        { name: 'app', image: 'registry.example/gallery:1', restartPolicy: 'Always' },
      ],
      containers: [{ name: 'gameday' }],
    };
    const once = { backoffLimit: 0, template: { spec: pod } };
    t.match(
      job,
      kind === 'job' ? { kind: 'Job', spec: once } : { spec: { schedule: '30 2 * * 6', jobTemplate: { spec: once } } },
    );
  }
});

const containerSchema = z.object({ command: z.array(z.string()) });
const podSchema = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        initContainers: z.tuple([containerSchema, z.unknown()]),
        containers: z.tuple([containerSchema]),
        volumes: z.array(
          z.object({
            configMap: z
              .object({ items: z.array(z.object({ key: z.string(), path: z.string() })).optional() })
              .optional(),
          }),
        ),
      }),
    }),
  }),
});

test('what its containers run, run here: the injector, the app, and the runner that ends', async (t) => {
  const folder = join(checkout(t), 'app');
  const run = join(folder, 'run');
  mkdirSync(run);
  const web = await freePort();
  let s3 = await freePort();
  while (await isListening(`http://127.0.0.1:${s3 - 1}`)) s3 = await freePort();
  const ports = ['--s3-port', String(s3), '--port', String(web)];
  mkdirSync(join(folder, 'drills', 'night'), { recursive: true });
  writeFileSync(join(folder, 'drills', 'base.yaml'), drill.replaceAll('3s', '1500ms'));
  writeFileSync(join(folder, 'drills', 'night', 'short.yaml'), 'name: short\ntitle: Short\nextends: ../base.yaml\n');
  const printed = await chaos(
    ['schedule', 'drills/night/short.yaml', '--for', 'job', '--image', 'x', ...ports],
    folder,
  );
  const [config, job] = parseAllDocuments(printed.stdout).map((document): unknown => document.toJS());
  new ConfigMap(z.looseObject({}).parse(config)).validate();
  new Job(z.looseObject({}).parse(job)).validate();
  const { initContainers, containers, volumes: mounts } = podSchema.parse(job).spec.template.spec;
  const { data } = z.object({ data: z.record(z.string(), z.string()) }).parse(config);
  const mounted = join(scratch(t), 'gameday');
  for (const { key, path } of mounts.flatMap(({ configMap }) => configMap?.items ?? [])) {
    mkdirSync(dirname(join(mounted, path)), { recursive: true });
    writeFileSync(join(mounted, path), data[key] ?? '');
  }
  const volumes: Readonly<Record<string, string>> = { '/run/gameday': run, '/gameday': mounted, '/reports': run };
  const words = ({ command }: z.infer<typeof containerSchema>): string[] =>
    command
      .slice(command.indexOf('chaos') + 1)
      .map((word) =>
        word.replace(
          /^(\/run\/gameday|\/gameday|\/reports)(?:\/\$\(POD_NAME\))?/,
          (_, place: string) => volumes[place] ?? '',
        ),
      );
  const injecting = startChaos(words(initContainers[0]));
  t.teardown(async () => {
    injecting.child.kill('SIGINT');
    await injecting.exit;
  });
  await until(() => existsSync(join(run, 'token')) || injecting.child.exitCode !== null);
  const keys = { AWS_ACCESS_KEY_ID: 'GAMEDAY', AWS_SECRET_ACCESS_KEY: 'gameday-embedded-store' };
  const s3Env = { ...keys, AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${s3}`, AWS_REGION: 'us-east-1' };
  const app = spawn(process.execPath, ['server.mjs'], {
    cwd: folder,
    env: { ...process.env, ...s3Env, PORT: String(web) },
  });
  t.teardown(() => app.kill('SIGKILL'));
  const ran = await chaos(words(containers[0]));
  t.ok(ran.code !== null && [0, 1, 3].includes(ran.code), ran.stderr);
  const entries = readEntries(join(run, 'journal.ndjson'));
  t.ok(
    entriesOf(entries, 's3.exchange').some(({ fault }) => fault !== null),
    'it was struck through the sidecar',
  );
});

test('chaos schedule prints a line for cron that works, and says what is wrong', async (t) => {
  const folder = join(checkout(t), 'app');
  const { stdout, stderr } = await chaos(['schedule', 'brownout', '--cron', '*/5 1 1 1 *', '--gate', 'B'], folder);
  t.match(stderr, /next +20\d\d-01-01T01:00Z|next +20\d\d-01-01T/);
  const line = stdout.trim().split('\n').at(-1) ?? '';
  t.ok(line.startsWith('*/5 1 1 1 * cd '), line);
  // As cron reads it: a bare % ends the command, an escaped one is a %.
  const command = line.slice('*/5 1 1 1 * '.length);
  t.notMatch(command, /(?<!\\)%/);
  const script = join(folder, 'line.sh');
  mkdirSync(join(folder, 'runs'));
  writeFileSync(script, command.replaceAll('\\%', '%').replace(' --gate B', ' --gate B --dry-run'));
  const ran = await runScript(script, folder, inherited);
  t.equal(ran.code, 0, ran.log);
  t.match(readFileSync(join(folder, 'runs', 'cron.log'), 'utf8'), /S3 slows down/);
  const refused = async (...args: string[]) => chaos(['schedule', ...args], folder);
  t.match(await refused('--cron', 'daily'), {
    code: 2,
    stdout: '',
    stderr: /--cron: "daily" is no schedule .*0 3 \* \* 1-5/,
  });
  t.match(await refused('--for', 'job'), { code: 2, stderr: /--image: is missing/ });
  t.match(await refused('brownot'), { code: 2, stderr: /did you mean "?brownout/ });
  writeFileSync(join(folder, 'large.yaml'), `${drill}# ${'x'.repeat(1_000_000)}\n`);
  writeFileSync(join(folder, 'twice.yaml'), `name: twice\nextends: ./large.yaml\n# ${'x'.repeat(100_000)}\n`);
  t.match(await refused('twice.yaml', '--for', 'job', '--image', 'x'), {
    code: 2,
    stdout: '',
    stderr: /--for: a ConfigMap takes 1048576 bytes .*; the largest is scenario\/large.yaml/,
  });
  t.match(await chaos(['schedule', '--for', 'job', '--image', 'x'], scratch(t)), { code: 2, stderr: /chaos init/ });
});
