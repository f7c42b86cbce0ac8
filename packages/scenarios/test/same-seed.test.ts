import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type Test } from 'tap';
import { chaos, entriesOf, readEntries, scratch } from './chaos-process.ts';

const scenario = `
name: dice
title: S3 throws dice
summary: For the tests.
lesson: None.
baseline: 1500ms
recovery: 1s
phases:
  - id: dice
    title: Some fail, some hang, some are slow
    from: T+0s
    to: T+3s
    faults:
      - { regions: [home], share: 0.3, fault: SlowDown }
      - { regions: [home], share: 0.3, fault: reset }
      - { regions: [home], share: 0.5, fault: { kind: latency, delay: 5ms } }
`;

/** For each write one S3 request without a word that differs from run to run. */
const app = `
const http = require('http');
http.createServer((request, response) => {
  const id = request.url.slice(1);
  request.resume();
  if (id === '') { response.end(); return; }
  const s3 = http.get(process.env.S3_ENDPOINT + '/bucket/' + id, { agent: false }, (answer) => { answer.resume(); response.end(); });
  s3.on('error', () => response.end());
}).listen(process.env.PORT, '127.0.0.1');
`;
const target = `
name: dice
command: node app.cjs
workload: { rate: 60/s, steps: [{ id: put, class: write, request: { method: PUT, path: '/\${new}', body: { random: 10B } }, expect: { status: 200 } }] }
`;

/** What befell each object's request in the midst of the outage, by the digest of its key. */
async function decisions(t: Test, seed: string): Promise<Map<string, string>> {
  const folder = scratch(t);
  for (const [name, text] of Object.entries({ 'dice.yaml': scenario, 'app.cjs': app, 'chaos.yaml': target })) {
    writeFileSync(join(folder, name), text);
  }
  const run = await chaos(['run', './dice.yaml', '--seed', seed, '--out', 'out'], folder);
  const entries = readEntries(join(folder, 'out', 'journal.ndjson'));
  const exchanges = entriesOf(entries, 's3.exchange');
  // However late it came, the outage was there between the first and the last that it struck.
  const struck = exchanges.filter(({ fault }) => fault !== null).map(({ started }) => started);
  if (struck.length === 0) throw new Error(run.stderr);
  const [from, to] = [Math.min(...struck), Math.max(...struck)];
  return new Map(
    exchanges
      .filter(({ started }) => started >= from && started <= to)
      .map(({ key, fault, outcome, status }) => [
        key ?? '',
        `${fault?.window ?? 'spared'} ${outcome} ${status ?? '-'}`,
      ]),
  );
}

test('same seed, same scenario, same requests: the same decisions', async (t) => {
  const [first, second, other] = [await decisions(t, '7'), await decisions(t, '7'), await decisions(t, '8')];
  const both = [...first.keys()].filter((key) => second.has(key));
  t.ok(both.length > 100, `${both.length} requests are in both journals`);
  t.strictSame(
    both.map((key) => [key, second.get(key)]),
    both.map((key) => [key, first.get(key)]),
  );
  t.ok(new Set(first.values()).size >= 3, 'and they are not all alike');
  t.equal([...other.keys()].filter((key) => first.has(key)).length, 0, 'another seed writes other entries');
});
