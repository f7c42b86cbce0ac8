import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readReport } from '@gameday/reporter';
import { test, type Test } from 'tap';
import { chaos, entriesOf, readEntries, repository, scratch } from './chaos-process.ts';

const scenario = `
name: drill
title: S3 refuses everything
summary: For the tests.
lesson: None.
baseline: 2s
recovery: 3s
phases: [{ id: refused, title: Refused, from: T+0s, to: T+2s, faults: [{ regions: [home], share: 1, fault: { kind: http-error, code: SlowDown } }] }]
`;

/** Users of an app that hangs give up soon, so that the test is short; a busy machine must not look like one. */
const target = (flaws: string): string => `
name: ledger
command: node ${join(repository, 'packages/scenarios/test/apps/ledger.mjs')} ${flaws}
buckets: [photos]
patience: ${flaws.includes('hangs') ? '3s' : '10s'}
slo: { availability: { read: 99 % }, latency: { write: { p50: 3s } } }
workload:
  rate: 50/s
  registers: 3
  counters: 2
  steps:
    - { id: about, class: control, request: GET /about }
    - { id: upload, class: write, weight: 3, request: { method: PUT, path: '/photos/\${new}', body: { random: 1KB } } }
    - { id: view, class: read, weight: 3, request: 'GET /photos/\${known}', expect: { body: entry } }
    - { id: drop, class: write, request: 'DELETE /photos/\${known}' }
    - { id: dropped, class: read, request: 'GET /photos/\${deleted}' }
    - { id: save, class: write, weight: 2, request: { method: PUT, path: '/profiles/\${register}', body: { random: 100B } } }
    - { id: profile, class: read, weight: 2, request: 'GET /profiles/\${register}' }
    - { id: like, class: write, request: 'POST /counters/\${counter}' }
    - { id: likes, class: read, request: 'GET /counters/\${counter}', value: { json: likes } }
    - { id: append, class: write, request: { method: POST, path: '/logs/\${log}', body: { text: 'event \${entry}' } }, value: { json: offset } }
    - { id: entry, class: read, request: 'GET /logs/\${log}/\${offset}', value: { regex: 'event (.+)' } }
audit:
  list: GET /photos
  s3: { bucket: photos, key: '\${entry}' }
  command: [node, -e, 'fetch("http://127.0.0.1:" + process.env.PORT + "/dump").then((r) => r.text()).then(console.log)']
`;

async function rehearse(t: Test, flaws: string) {
  const folder = scratch(t);
  writeFileSync(join(folder, 'drill.yaml'), scenario);
  writeFileSync(join(folder, 'chaos.yaml'), target(flaws));
  const { stderr } = await chaos(['run', './drill.yaml', '--out', 'out'], folder);
  const read = readReport(readFileSync(join(folder, 'out/report.json'), 'utf8'));
  if (!read.ok) throw new Error(`${read.why}\n${stderr}`);
  const { report } = read;
  const entries = readEntries(join(folder, 'out/journal.ndjson'));
  const kind = (name: string) => report.ledger.kinds.find((one) => one.kind === name);
  const dimension = (id: string) => report.dimensions.find((one) => one.id === id);
  const caps = report.grade.caps.filter(({ applied }) => applied).map(({ id }) => id);
  return { stderr, report, entries, kind, dimension, caps };
}

test('the ledger finds what an app loses, doubles, forgets and brings back, and nothing where it does none of it', async (t) => {
  // Together, as they wait most of the time.
  const [clean, flawed, doubled] = await Promise.all([
    rehearse(t, ''),
    rehearse(t, 'loses-acks stale drifts holes deletes-come-back'),
    rehearse(t, 'duplicates hangs'),
  ]);

  await t.test('a clean app', async (t) => {
    const { ledger } = clean.report;
    t.match(clean.dimension('durability'), { verdict: 'pass', score: 100 }, clean.stderr);
    t.match(clean.dimension('freshness'), { verdict: 'pass', score: 100 });
    t.match(ledger, { lost: 0, corrupted: 0, duplicated: 0, resurrected: 0, holes: 0, disordered: 0, listed: true });
    t.strictSame(
      ledger.kinds.map((one) => one.kind),
      ['set', 'register', 'counter', 'log'],
    );
    t.ok(
      ledger.kinds.every(({ acked, ok }) => acked === ok && acked > 10),
      JSON.stringify(ledger.kinds),
    );
    t.ok((clean.kind('set')?.unknown ?? 0) > 0, 'what S3 refused is unclear, and never lost');
    t.strictSame(clean.caps, []);
    t.ok(entriesOf(clean.entries, 'ledger.deleted').length > 0);
    t.match(
      clean.report.objectives.map(({ id, verdict }) => [id, verdict]),
      [
        ['availability.read', 'fail'],
        ['latency.write', 'pass'],
      ],
      'its objectives stand beside the letter',
    );
    const counters = entriesOf(clean.entries, 'ledger.state').filter(({ kind }) => kind === 'counter');
    t.strictSame(new Set(counters.map(({ via }) => via)), new Set(['app', 'command']), 'asked in both places');
  });

  await t.test(
    'an app that loses acks, serves stale values, drifts, leaves holes, and lets deletes come back',
    async (t) => {
      t.ok((flawed.kind('set')?.lost ?? 0) > 0, flawed.stderr);
      t.ok((flawed.kind('set')?.resurrected ?? 0) > 0);
      t.ok((flawed.kind('counter')?.duplicated ?? 0) > 0);
      t.match(flawed.kind('register'), { lost: 0 }, 'its registers are only read wrongly');
      t.ok(flawed.report.ledger.holes > 0);
      t.match(flawed.dimension('durability'), { verdict: 'fail', score: 0 });
      t.match(flawed.dimension('freshness')?.causes[0]?.sentence, /older state.*had been seen newer before/);
      t.ok(flawed.caps.includes('lost-writes') && flawed.caps.includes('wrong-state'), flawed.caps.join());
    },
  );

  await t.test('an app that writes twice, and hangs', async (t) => {
    // What it buffers and replays can also undo a delete that came between, and on a busy machine sometimes does.
    t.match(doubled.kind('set'), { lost: 0 }, doubled.stderr);
    t.ok((doubled.kind('set')?.duplicated ?? 0) > 0);
    t.match(doubled.dimension('durability'), { verdict: 'fail', score: 50 });
    t.ok(doubled.caps.includes('wrong-state') && !doubled.caps.includes('lost-writes'), doubled.caps.join());
    const work = entriesOf(doubled.entries, 'work.request');
    t.ok(work.filter(({ outcome }) => outcome === 'hang').length > 5);
    t.strictSame(
      work.filter(({ sent }) => sent === null),
      [],
      'what is due while it hangs is sent all the same',
    );
  });
});
