import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'tap';
import { chaos, readEntries, scratch } from './chaos-process.ts';

const target = (lines: readonly string[]): string =>
  [
    'name: t',
    'command: ["node", "-e", "setInterval(() => {}, 1e6)"]',
    'url: http://127.0.0.1:${PORT}',
    'workload: { rate: 5/s, steps: [{ id: home, class: read, request: GET / }] }',
    ...lines,
  ].join('\n');

test('what a user asks first', async (t) => {
  const help = await chaos(['--help']);
  t.equal(help.code, 0);
  for (const word of ['run', 'list', 'show', 'validate', 'report', 'doctor', 'completion', '130']) {
    t.match(help.stdout, word);
  }
  for (const command of ['run', 'list', 'show', 'validate', 'report', 'doctor']) {
    const { code, stdout } = await chaos([command, '--help']);
    t.equal(code, 0);
    t.match(stdout, 'Examples:', `${command} --help has examples`);
  }
  const listed: unknown = JSON.parse((await chaos(['list', '--json'])).stdout);
  t.ok(Array.isArray(listed));
  t.match(listed, [{ name: String, title: String, file: String }]);
  t.match(await chaos(['validate']), { code: 0, stdout: /nothing wrong/ });
  t.match(await chaos(['show', 's3-us-east-1-outage']), { code: 0, stdout: /09:37/ });
  const dry = await chaos(['run', 's3-us-east-1-outage', '--dry-run'], scratch(t));
  t.match(dry, { code: 0, stdout: /us-east-1/ });
  const buckets = ['--bucket', 'uploads', '--bucket', 'copies@us-west-2'];
  const bare = await chaos(['run', 'brownout', '--dry-run', '--json', ...buckets, '--', 'node', 'x.js'], scratch(t));
  t.match(JSON.parse(bare.stdout), {
    target: {
      buckets: [
        { name: 'uploads', region: 'us-east-1' },
        { name: 'copies', region: 'us-west-2' },
      ],
    },
  });
  const completed = await chaos(['--get-yargs-completions', 'chaos', 'run', 's3-us']);
  t.match(
    completed,
    { code: 0, stdout: /^s3-us-east-1-outage$/m, stderr: '' },
    'what the shell asks for is no mistake',
  );
});

test('a bad word is one clear line and the right exit code', async (t) => {
  const folder = scratch(t);
  t.match(await chaos(['run', 's3-us-east-1-outag'], folder), {
    code: 2,
    stderr: /did you mean "?s3-us-east-1-outage/,
  });
  t.match(await chaos([]), { code: 2 });
  t.match(await chaos(['rnu']), { code: 2, stderr: /run/ });
  t.match(await chaos(['run']), { code: 2, stderr: /a scenario is missing\n +chaos list/ });
  t.match(await chaos(['gate', 'x']), { code: 2, stderr: /chaos gate: --policy is missing/ });
  t.match(await chaos(['run', 'brownout', '--taget=.']), {
    code: 2,
    stderr: /there is no option --taget\n +did you mean --target\? chaos run --help/,
  });
  t.match(await chaos(['fis', 'plan', 'brownout', '--fromat', 'x']), { code: 2, stderr: /did you mean --format\?/ });
  t.match(await chaos(['init', '--no-cii']), { code: 2, stderr: /no option --no-cii\n +did you mean --(?:no-)?ci\?/ });
  t.match(await chaos(['list', '-x']), { code: 2, stderr: /there is no option -x\n +chaos list --help/ });
  t.match(await chaos(['run', 'brownout', '--sped', '3']), { code: 2, stderr: /sped/ });
  t.match(await chaos(['run', 'brownout', '--watch', '--seeds', '2'], folder), { code: 2, stderr: /one run/ });
  t.match(await chaos(['run', 'brownout', '--set', 'x'], folder), { code: 2, stderr: /NAME=VALUE/ });
  t.match(await chaos(['run', 'brownout', '--upstream', 'us-east-1=http://192.0.2.1:9000'], folder), {
    code: 2,
    stderr: /not on this machine.*\n.*--arm/,
  });
  t.match(await chaos(['run', 'brownout', '--bucket', 'UP', '--', 'x'], folder), { code: 2, stderr: /NAME@REGION/ });
  t.match(await chaos(['report', 'nowhere.ndjson'], folder), { code: 2, stderr: /no journal/ });
  writeFileSync(join(folder, 'bad.yaml'), 'name: bad\ntitle: Bad\nphases:\n  - id: x\n    frm: T+0m\n');
  const validated = await chaos(['validate', 'bad.yaml'], folder);
  t.match(validated, { code: 2, stdout: /bad\.yaml:5:\d+ .*frm.*did you mean "from"/ });
  for (const { stderr } of [validated]) t.notMatch(stderr, /at .*\.js:\d+/, 'no stack trace');
});

test('a target that cannot be rehearsed', async (t) => {
  await t.test('never ready', async (t) => {
    const folder = scratch(t);
    writeFileSync(join(folder, 'chaos.yaml'), target(['ready: { path: /, within: 1s }']));
    const run = await chaos(['run', 'brownout', '--out', 'out'], folder);
    t.match(run, { code: 4, stdout: '', stderr: /not ready within 1 s.*ECONNREFUSED/ });
    const entries = readEntries(join(folder, 'out', 'journal.ndjson'));
    t.match(entries.at(-1), { type: 'run.ended', reason: 'target-failed' });
    t.match(await chaos(['run', 'brownout', '--out', 'out'], folder), {
      code: 2,
      stderr: /--out: .*journal\.ndjson is the journal of another run; name another folder/,
    });
    t.strictSame(readEntries(join(folder, 'out', 'journal.ndjson')), entries, 'nothing is appended');
  });

  await t.test('its port is taken', async (t) => {
    const folder = scratch(t);
    const server = createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
    t.teardown(() => server.close());
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const text = target([]).replace('${PORT}', String(port));
    writeFileSync(join(folder, 'chaos.yaml'), text);
    t.match(await chaos(['run', 'brownout'], folder), { code: 4, stderr: /already listens/ });
  });

  await t.test('broken before the outage', async (t) => {
    const folder = scratch(t);
    const script =
      'require(`http`).createServer((q, r) => { r.statusCode = q.url === `/ok` ? 200 : 500; r.end(); }).listen(process.env.PORT)';
    writeFileSync(
      join(folder, 'chaos.yaml'),
      target(['ready: { path: /ok }']).replace('setInterval(() => {}, 1e6)', script),
    );
    const run = await chaos(['run', 'brownout', '--out', 'out'], folder);
    t.equal(run.code, 3, run.stderr);
    const entries = readEntries(join(folder, 'out', 'journal.ndjson'));
    t.match(entries.at(-1), { type: 'run.ended', reason: 'steady-state-failed', detail: /home: 0 of/ });
    t.equal(
      entries.some(({ type }) => type === 'fault.started'),
      false,
      'nothing was injected',
    );
  });
});
