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
recovery: 2s
phases: [{ id: refused, title: Refused, from: T+0s, to: T+2s, faults: [{ regions: [home], share: 1, fault: { kind: http-error, code: SlowDown } }] }]
`;

const target = (flaws: string): string => `
name: given-ids
command: node ${join(repository, 'packages/scenarios/test/apps/given-ids.mjs')} ${flaws}
buckets: [photos]
workload:
  rate: 40/s
  steps:
    - { id: about, class: control, request: GET /about }
    - id: upload
      class: write
      weight: 4
      request: { method: POST, path: /photos, body: { random: 1KB } }
      new: { json: /photo/id }
      idempotencyHeader: Idempotency-Key
    - { id: view, class: read, weight: 3, request: 'GET /photos/\${known}', expect: { body: entry } }
    - { id: drop, class: write, request: 'DELETE /photos/\${known}' }
    - { id: dropped, class: read, request: 'GET /photos/\${deleted}' }
    - id: new-album
      class: write
      collection: albums
      request: { method: POST, path: /albums, body: { random: 1KB } }
      new: { json: /photo/id }
      idempotencyHeader: Idempotency-Key
    - { id: album, class: read, collection: albums, request: 'GET /albums/\${known}', expect: { body: entry } }
audit:
  s3: { bucket: photos, key: '\${entry}' }
  collections: { albums: { s3: { bucket: photos, key: 'albums/\${entry}' } } }
`;

async function rehearse(t: Test, flaws: string) {
  const folder = scratch(t);
  writeFileSync(join(folder, 'drill.yaml'), scenario);
  writeFileSync(join(folder, 'chaos.yaml'), target(flaws));
  const { stderr, stdout } = await chaos(['run', './drill.yaml', '--out', 'out'], folder);
  const read = readReport(readFileSync(join(folder, 'out/report.json'), 'utf8'));
  if (!read.ok) throw new Error(`${read.why}\n${stderr}`);
  const { report } = read;
  const durability = report.dimensions.find(({ id }) => id === 'durability');
  const entries = readEntries(join(folder, 'out/journal.ndjson'));
  return {
    folder,
    stdout,
    stderr,
    report,
    durability,
    entries,
    page: readFileSync(join(folder, 'out/report.html'), 'utf8'),
  };
}

test('an app that gives the ids: what it loses, gives twice or does not name is found, and nothing where it does none of it', async (t) => {
  // Together, as they wait most of the time.
  const [clean, flawed] = await Promise.all([rehearse(t, ''), rehearse(t, 'loses-acks same-id no-id')]);
  const causeOf = (id: string) => flawed.durability?.causes.find((cause) => cause.id === `durability.${id}`)?.sentence;

  await t.test('a clean app', async (t) => {
    t.match(clean.durability, { verdict: 'pass', score: 100 }, `${clean.stderr}${JSON.stringify(clean.durability)}`);
    const acked = entriesOf(clean.entries, 'ledger.acked');
    t.ok(acked.length > 20 && acked.every(({ given }) => /^2017\/02 ü%\d+\?$/.test(given ?? '')));
    t.equal(new Set(acked.map(({ entry }) => entry)).size, acked.length, 'under ids of the ledger’s own');
    const albums = new Set(acked.flatMap(({ collection, given }) => (collection === 'albums' ? given : [])));
    const both = acked.filter(({ collection, given }) => collection === undefined && albums.has(given ?? null));
    t.ok(albums.size > 3 && both.length > 3, 'photos and albums have the same ids, and neither is taken for the other');
    t.equal(clean.report.ledger.sharedIds, 0);
    const { ledger } = clean.report;
    t.ok(
      ledger.unknown > 0 && ledger.unknownUnnamed === ledger.unknown,
      'what S3 refused has no id that anybody knows',
    );
    t.match(clean.page, 'so they were not looked for');
    const ways = entriesOf(clean.entries, 'ledger.audited').map(({ via, found }) => `${via} ${found}`);
    t.strictSame(new Set(ways).size, 4, 'deleted ones are absent, the others present, in both places');
    t.ok(
      entriesOf(clean.entries, 'work.request').some(({ step, outcome }) => step === 'dropped' && outcome === 'good'),
    );
  });

  await t.test('one that loses what it acknowledged', async (t) => {
    t.match(flawed.durability, { verdict: 'fail', score: 0 }, flawed.stderr);
    t.match(causeOf('lost'), /acknowledged writes (?:is|are) gone/);
    const lost = flawed.report.ledger.firstLost.find(({ fate }) => fate === 'lost');
    t.match(lost, { given: /^2017/, app: /absent|corrupted/, s3: /absent|corrupted/ });
    t.match(flawed.page, /<code>2017\/02 ü%\w+\?<\/code>/);
  });

  await t.test('and gives an id twice', async (t) => {
    const { sharedIds, taken, lost } = flawed.report.ledger;
    t.equal(sharedIds, 1);
    t.ok(taken > 1 && lost > taken, `${taken} of ${lost}`);
    t.match(causeOf('shared-ids'), /gave 1 id to more than one write/);
    t.match(flawed.page, 'The app gave 1 id to more than one write');
  });

  await t.test('and says yes without an id', async (t) => {
    const { unnamed, notAudited, received } = flawed.report.ledger;
    t.ok(unnamed > 2 && notAudited === unnamed, `${unnamed}`);
    t.equal(received, 'no id in JSON at "/photo/id"; received {"queued":true}');
    t.match(causeOf('unnamed'), received ?? '');
    const told = entriesOf(flawed.entries, 'work.request').filter(({ detail }) => detail === received);
    t.equal(told.length, unnamed);
    t.ok(told.every(({ outcome }) => outcome === 'wrong-body'));
    t.match(flawed.stdout, new RegExp(`${unnamed} without an id`));
  });
});
