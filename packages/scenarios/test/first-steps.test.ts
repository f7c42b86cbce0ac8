import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type Test } from 'tap';
import { chaos, scratch, startChaos } from './chaos-process.ts';

const folderWith = (t: Test, files: Readonly<Record<string, string>>): string => {
  const folder = scratch(t);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
};

test('chaos init finds the app, writes what validates, and overwrites nothing', async (t) => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      'package.json',
      '{"name": "@shop/web", "scripts": {"start": "node ."}}',
      /name: 'web'\n[^]*command: 'npm start'\nurl: .*\$\{PORT\}/,
    ],
    [
      'Procfile',
      'worker: x\nweb: gunicorn app:app --bind 127.0.0.1:${PORT:-80}\n',
      /command: \['sh', '-c', 'exec gunicorn app:app .*\$PORT'\]/,
    ],
    [
      'Dockerfile',
      'FROM x\nEXPOSE 8080\nCMD ["./serve", "-v"]\n',
      /command: \['\.\/serve', '-v'\]\nurl: http:\/\/127\.0\.0\.1:8080/,
    ],
    [
      'compose.yaml',
      'services:\n  db: {}\n  web: { ports: ["127.0.0.1:8081:80"] }\n',
      /network_mode: host[^]*docker compose up web'\nurl: .*:8081/,
    ],
    [
      'app.py',
      'BUCKET = "notes"\n@app.get("/health")\nif __name__ == "__main__":\n  app.run()\n',
      /command: 'python3 app.py'[^]*path: \/health,[^]*buckets: \['notes'\][^]*class: control\n *request: GET \/health/,
    ],
    ['main.py', 'app = Flask(__name__)\n', /command: \['sh', '-c', 'exec flask --app main run --port \$PORT'\]/],
    ['server.js', 'createServer(f).listen(process.env.PORT)', /command: 'node server.js'/],
    [
      'app.js',
      "app.post('/p', raw, f); app.get('/p/:id', g); s3.put({ Bucket: 'my-p', Key: `p/${id}` }); app.listen(1); res.json({ id })",
      /path: \/p, .*\n +new: \{ json: id \}[^]*GET \/p\/\$\{known\}[^]*\naudit:\n +s3: \{ bucket: my-p, key: 'p\/\$\{entry\}' \}/,
    ],
    ['go.mod', 'module example.com/shop/cart\n', /name: 'cart'\n[^]*command: 'go run \.'/],
  ];
  const tried = cases.map(async ([file, text, wanted]) => {
    const folder = folderWith(t, { [file]: text });
    t.match(await chaos(['init'], folder), { code: 0, stdout: new RegExp(`${file}[^]*wrote +chaos.yaml`) });
    t.match(readFileSync(join(folder, 'chaos.yaml'), 'utf8'), wanted, file);
    t.ok(existsSync(join(folder, '.github/workflows/gameday.yml')));
    t.match(await chaos(['validate', 'chaos.yaml'], folder), { code: 0 }, `${file}: it validates`);
  });
  await Promise.all(tried);
  const own = folderWith(t, { 'chaos.yaml': 'mine', 'package.json': '{"main": "x.js"}' });
  t.match(await chaos(['init'], own), { code: 0, stdout: /kept +chaos\.yaml/ });
  t.equal(readFileSync(join(own, 'chaos.yaml'), 'utf8'), 'mine');
  t.match(await chaos(['init'], scratch(t)), {
    code: 2,
    stderr: /nothing in .* says how[^]*app\.py[^]*chaos init -- /,
  });
  t.match(await chaos(['init', 'nowhere'], scratch(t)), { code: 2, stderr: /there is no folder .*nowhere/ });
  const said = scratch(t);
  t.match(await chaos(['init', '--no-ci', '--json', '--', 'python', 'app.py'], said), { code: 0 });
  t.match(readFileSync(join(said, 'chaos.yaml'), 'utf8'), /command: \['python', 'app.py'\]/);
  t.equal(existsSync(join(said, '.github')), false);
});

const appWith = (t: Test, code: string, lines: readonly string[] = []): string =>
  folderWith(t, {
    'server.mjs': code,
    'chaos.yaml': [
      'name: t',
      'command: node server.mjs',
      'ready: { path: /ready, within: 4s }',
      'workload: { rate: 20/s, steps: [{ id: home, class: read, request: GET / }] }',
      ...lines,
    ].join('\n'),
  });

test('chaos doctor says what is wrong with a first wiring, and what to write instead', async (t) => {
  const serve = (answers: string, port = 'process.env.PORT'): string =>
    `import { createServer } from 'node:http';
     createServer(async (q, r) => { ${answers} }).listen(${port}, '127.0.0.1', () => console.log('listening on', ${port}));`;
  const s3 = `const a = await fetch(process.env.AWS_ENDPOINT_URL_S3 + '/uploads/k');
              r.writeHead(q.url === '/' ? 500 : 200).end('<!doctype html>\\n<pre>status ' + a.status + '</pre>');`;
  const given =
    'workload: { rate: 20/s, steps: [{ id: up, class: write, request: { method: POST, path: /p, body: { random: 1KB } }, new: { json: id } }] }';
  const nameless = appWith(t, serve('r.end(\'{"ok":true}\');'));
  writeFileSync(join(nameless, 'chaos.yaml'), `name: t\ncommand: node server.mjs\n${given}\n`);
  const [otherPath, otherPort, crash, bucket, noId] = await Promise.all([
    chaos(['doctor'], appWith(t, serve("r.writeHead(q.url === '/health' ? 200 : 404).end();"))),
    chaos(['doctor'], appWith(t, serve('r.end();', '0 || 47113'))),
    chaos(['doctor'], appWith(t, "console.log('hello'); throw new Error('no DATABASE_URL');")),
    chaos(['doctor'], appWith(t, serve(s3))),
    chaos(['doctor'], nameless),
  ]);
  t.match(noId, { code: 3, stdout: /step up: 0 of \d+ good: no id in JSON at "id"; received \{"ok":true\}\n/ });
  t.match(otherPath, {
    code: 4,
    stderr: /status 404, expected 200\n +GET \/health answers 200: ready: \{ path: \/health/,
  });
  t.match(otherPath.stderr, /start +the target is ready when GET http:\S+ answers, within \d+ s/, 'what it waits for');
  t.match(otherPort, { code: 4, stderr: /its output names port 47113[^]*its last output:\n +listening on 47113/ });
  t.match(crash, { code: 4, stderr: /exit code 1[^]*it was started by: node server\.mjs[^]*Error: no DATABASE_URL/ });
  t.match(bucket, { code: 3, stdout: /of \d+ good: status 500: status 404\n/ }, 'a page of HTML is told in a line');
  t.match(bucket.stderr, /load +about 3 s of its own workload/);
  t.match(bucket.stdout, /problem +bucket uploads: .*not there\n +name it in chaos\.yaml: buckets: \[uploads\]/);
  t.match(await chaos(['doctor', '--target', '.'], scratch(t)), {
    code: 2,
    stderr: /chaos init \. writes a first one/,
  });
});

test("what leads to the user's account never reaches the app, its journal or its reports", async (t) => {
  const secret = 'of-the-users-own-account';
  const folder = appWith(
    t,
    "console.log(JSON.stringify(Object.entries(process.env).filter(([name]) => name.startsWith('AWS_')))); process.exit(1);",
  );
  const names = ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_ROLE_ARN'];
  const env = Object.fromEntries(names.map((name) => [name, secret]));
  const run = startChaos(['run', 'brownout', '--out', 'out'], { cwd: folder, env });
  t.match(await run.exit, { code: 4 });
  t.match(run.stderr(), /the target ended \(exit code 1\): \[\[/, 'what it said last is told');
  const journal = readFileSync(join(folder, 'out', 'journal.ndjson'), 'utf8');
  t.match(journal, 'AWS_ENDPOINT_URL_S3', 'the app told all that is for an SDK of AWS');
  for (const text of [
    run.stdout(),
    run.stderr(),
    ...readdirSync(join(folder, 'out')).map((file) => readFileSync(join(folder, 'out', file), 'utf8')),
  ]) {
    t.notMatch(text, secret);
  }
});

test('chaos new scenario writes one that plans as it is', async (t) => {
  const folder = scratch(t);
  t.match(await chaos(['new', 'scenario', 'disk-of-doom'], folder), { code: 0, stdout: /wrote scenarios/ });
  t.match(await chaos(['validate', 'disk-of-doom'], folder), { code: 0 });
  t.match(await chaos(['run', 'disk-of-doom', '--dry-run', '--', 'true'], folder), { code: 0, stdout: /SlowDown/ });
  t.match(await chaos(['new', 'scenario', 'disk-of-doom'], folder), { code: 2, stderr: /there already/ });
  t.match(await chaos(['new', 'scenario', '../up'], folder), { code: 2, stderr: /no name for a scenario/ });
});

test('chaos env says what to set', async (t) => {
  const all = await chaos(['env', '--port', '9107']);
  for (const word of [
    'JavaScript',
    'boto3',
    'aws-sdk-go-v2',
    'Java',
    'RCLONE_CONFIG_CHAOS_ENDPOINT=http://127.0.0.1:9107',
    's3_use_path_style',
  ]) {
    t.match(all.stdout, word);
  }
  t.match(JSON.parse((await chaos(['env', 'python', '--json'])).stdout), [
    { id: 'python', env: { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9100' } },
  ]);
  t.match(await chaos(['env', 'pyhton']), { code: 2, stderr: /python/ });
});

test('chaos runs lists, opens, and deletes only when asked', async (t) => {
  const folder = scratch(t);
  const past = (id: string, at: string, letter: string | null): void => {
    const place = join(folder, 'runs', id);
    mkdirSync(place, { recursive: true });
    const plan = { scenario: { name: 'brownout' }, target: { name: 'shop' } };
    writeFileSync(join(place, 'journal.ndjson'), `${JSON.stringify({ t: 0, type: 'run.started', at, plan })}\n`);
    if (letter === null) return;
    writeFileSync(join(place, 'report.json'), JSON.stringify({ letter, score: 80, run: { at }, ...plan }));
    writeFileSync(join(place, 'report.html'), '<html>');
  };
  t.match(await chaos(['runs'], folder), { code: 0, stdout: /no runs in runs/ });
  past('2020-01-01-old', '2020-01-01T10:00:00.000Z', 'B');
  past('killed', '2020-02-01T10:00:00.000Z', null);
  past('series/seed-7', '2999-01-01T10:00:00.000Z', 'A');
  mkdirSync(join(folder, 'runs', 'no-run'));
  const listed = await chaos(['runs'], folder);
  t.strictSame(listed.stdout.trim().split('\n'), [
    'A  2999-01-01 10:00  brownout  shop  series/seed-7',
    '?  2020-02-01 10:00  brownout  shop  killed',
    'B  2020-01-01 10:00  brownout  shop  2020-01-01-old',
  ]);
  t.match(await chaos(['runs', 'open'], folder), { code: 0, stdout: 'runs/series/seed-7/report.html\n' });
  t.match(await chaos(['runs', 'open', '2020'], folder), { code: 0, stdout: /2020-01-01-old\/report\.html/ });
  t.match(await chaos(['runs', 'open', 'killed'], folder), { code: 2, stderr: /no report[^]*chaos report/ });
  t.match(await chaos(['runs', 'open', 'nix'], folder), { code: 2, stderr: /no run nix/ });
  t.match(await chaos(['runs', 'prune'], folder), { code: 2, stderr: /--older-than 30d/ });
  t.match(await chaos(['runs', 'prune', '--older-than', '30d', '--dry-run'], folder), { stdout: /would delete/ });
  t.ok(existsSync(join(folder, 'runs', 'killed')));
  const pruned = await chaos(['runs', 'prune', '--older-than', '30d', '--json'], folder);
  t.strictSame(JSON.parse(pruned.stdout), { deleted: true, runs: ['killed', '2020-01-01-old'] });
  t.match(JSON.parse((await chaos(['runs', '--json'], folder)).stdout), [{ id: 'series/seed-7', letter: 'A' }]);
  t.ok(existsSync(join(folder, 'runs', 'no-run')), 'what is no run is left alone');
});
