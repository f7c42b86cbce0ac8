import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { chaos, scratch } from './chaos-process.ts';

/** The head of a journal, and no more: a run that broke off has a report, and no letter. */
const head = JSON.stringify({
  t: 0,
  type: 'run.started',
  version: 1,
  runId: 'r',
  at: '2026-05-04T10:20:30.000Z',
  tool: { gameday: '0', node: 'v20', platform: 'linux' },
  plan: {
    scenario: { name: 's', title: 'S', summary: '', lesson: '', sources: [] },
    clock: { date: '2017-02-28', zone: 'PST', zeroMinuteOfDay: 0, speed: 1 },
    seed: '1',
    assumptions: [],
    regions: ['us-east-1'],
    target: { name: 'app', command: [], url: 'http://127.0.0.1:1', homeRegion: 'us-east-1' },
    patienceMs: 10_000,
    workload: { perSecond: 1, steps: [] },
    phases: [],
    windows: [],
    gate: null,
    weights: {},
  },
});

test('compare, gate and trend', async (t) => {
  const folder = scratch(t);
  mkdirSync(join(folder, 'runs/one'), { recursive: true });
  writeFileSync(join(folder, 'runs/one/journal.ndjson'), `${head}\n`);
  for (const command of ['compare', 'gate', 'trend']) {
    t.match(await chaos([command, '--help'], folder), { code: 0, stdout: /Examples:/ }, command);
  }

  t.match(await chaos(['compare', 'runs/one', 'runs/two'], folder), { code: 2, stderr: /there is no run runs\/two/ });
  t.match(await chaos(['trend', 'runs'], folder), { code: 2, stderr: /no run in runs has a report/ });
  t.equal((await chaos(['report', 'runs/one/journal.ndjson'], folder)).code, 3);
  const compared = await chaos(['compare', 'runs/one', 'runs/one/report.json', '--json'], folder);
  t.equal(compared.code, 3, 'runs without a letter cannot be compared');
  t.match(JSON.parse(compared.stdout), { a: { id: 'r', letter: null }, figures: [] });
  t.match(await chaos(['trend', 'runs'], folder), { code: 0, stdout: /app in s/, stderr: /trend\.html/ });
  t.match(readFileSync(join(folder, 'runs/trend.html'), 'utf8'), '<title>Gameday trend</title>');

  mkdirSync(join(folder, 'shop'));
  writeFileSync(join(folder, 'shop/journal.ndjson'), `${head.replace('"name":"app"', '"name":"shop"')}\n`);
  t.match(await chaos(['compare', 'runs/one', 'shop'], folder), {
    code: 3,
    stdout: /^These are no two runs of one experiment[^]*app: app, then shop/,
  });
  writeFileSync(join(folder, 'gate.yaml'), 'regression: { baseline: shop }\n');
  t.match(await chaos(['gate', 'runs/one', '--policy', 'gate.yaml'], folder), {
    code: 3,
    stdout: /inconclusive regression: Not compared: run r is no run of the same experiment\. .*app: shop, then app/,
  });
  writeFileSync(join(folder, 'gate.yaml'), 'regression: { baseline: shop, unlike: pass }\n');
  t.match(await chaos(['gate', 'runs/one', '--policy', 'gate.yaml'], folder), { code: 0, stdout: /unlike: pass/ });

  const old = join(folder, 'runs/old/report.json');
  mkdirSync(join(folder, 'runs/old'));
  writeFileSync(old, '{"version":2,"letter":"B"}');
  const why = /runs\/old\/report\.json: a report of version 2, and this Gameday reads \d+: .* chaos report/;
  t.match(await chaos(['compare', 'runs/one', 'runs/old'], folder), { code: 2, stderr: why });
  t.match(await chaos(['trend', 'runs'], folder), {
    code: 0,
    stderr: /left out: old\/report\.json: a report of version 2/,
  });

  writeFileSync(join(folder, 'gate.yaml'), 'letter: B\nregression:\n  baseline: runs/one\n');
  t.match(await chaos(['gate', 'runs/one/journal.ndjson', '--policy', 'gate.yaml'], folder), {
    code: 3,
    stdout: /inconclusive letter: At least B is asked for; the run has no letter/,
  });
  writeFileSync(join(folder, 'gate.yaml'), 'letter: B\nregression:\n  baseline: runs/old\n');
  t.match(await chaos(['gate', 'runs/one', '--policy', 'gate.yaml'], folder), { code: 2, stderr: why });
  writeFileSync(join(folder, 'gate.yaml'), 'leter: B\n');
  t.match(await chaos(['gate', 'runs/one', '--policy', 'gate.yaml'], folder), {
    code: 2,
    stderr: /gate\.yaml:1:1 leter: no such field; did you mean "letter"\?/,
  });
  t.match(await chaos(['gate', 'runs/one', '--policy', 'none.yaml'], folder), {
    code: 2,
    stderr: /there is no file none\.yaml/,
  });
});
