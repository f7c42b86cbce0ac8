import * as fc from 'fast-check';
import { test } from 'tap';
import { parseAuditLine } from './audit-lines.ts';
import { givenId, noIdWords } from './given-id.ts';
import { ledgerLine } from './journal-ledger.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { ledgerTurn } from './ledger-turn.ts';
import { formatProblem, InputError } from '../source/input-error.ts';
import { parseTarget } from '../target/parse-target.ts';
import type { CaptureFrom, PlannedStep } from '../plan.ts';
import { roundTripFindings } from '../first-steps/round-trip.ts';
import { parseYaml } from '../source/yaml-document.ts';

fc.configureGlobal({ seed: 20_170_228 });

const json = (path: string): CaptureFrom => ({ kind: 'json', path });
const location = (pattern: string | null): CaptureFrom => ({ kind: 'header', name: 'Location', pattern });
const body = (value: unknown) => ({ text: typeof value === 'string' ? value : JSON.stringify(value), headers: {} });
const at = (value: string) => ({ text: '', headers: { location: value } });

test('the id is taken from where the answer has it', (t) => {
  t.strictSame(givenId(json('id'), body({ id: 42 })), { name: '42', inUrl: '42' });
  t.strictSame(givenId(json('/data/0/a~1b'), body({ data: [{ 'a/b': 'x' }] }))?.name, 'x', 'a JSON pointer');
  t.strictSame(givenId(json('photo.id'), body({ photo: { id: 'a/b ü' } })), { name: 'a/b ü', inUrl: 'a%2Fb%20%C3%BC' });
  t.strictSame(givenId({ kind: 'regex', pattern: 'id=(\\w+)' }, body('<p id=k7>'))?.name, 'k7');
  t.strictSame(givenId({ kind: 'header', name: 'X-Id' }, { text: '', headers: { 'x-id': 'a%20b' } })?.name, 'a%20b');
  for (const url of ['/photos/7%20a', 'http://h/v1/photos/7%20a/?x=/9#y', '7%20a']) {
    t.strictSame(givenId(location(null), at(url)), { name: '7 a', inUrl: '7%20a' }, url);
  }
  t.strictSame(givenId(location('^/files/([^?]+)'), at('/files/2017/a%2Fb?x=1')), {
    name: '2017/a/b',
    inUrl: '2017/a%2Fb',
  });
  t.equal(givenId(location(null), at('/photos/50%'))?.name, '50%', 'no escape, so it stays');
  for (const nothing of [
    '',
    '{}',
    { id: '' },
    { id: '..' },
    { id: null },
    { id: {} },
    { id: 'x'.repeat(1_025) },
    { id: '\ud800' },
  ]) {
    t.equal(givenId(json('id'), body(nothing)), null, JSON.stringify(nothing).slice(0, 40));
  }
  t.equal(noIdWords(json('id'), body({ ok: true })), 'no id in JSON at "id"; received {"ok":true}');
  t.equal(noIdWords(location('x(.)'), at('/a')), 'no id in the header Location as /x(.)/; received /a');
  t.equal(noIdWords(location(null), body('')), 'no id in the header Location; received no such header');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), (id) => {
      const given = givenId(json('id'), body({ id }));
      return given === null ? id === '.' || id === '..' : given.name === id && decodeURIComponent(given.inUrl) === id;
    }),
  );
  t.end();
});

const digest = (n: number): string => n.toString(16).padStart(64, '0');
function write(
  ledger: Ledger,
  n: number,
  name: string | null,
  state: 'acked' | 'unknown' = 'acked',
  collection: string | null = null,
): string {
  const id = ledger.nextId();
  const told = { step: 'up', digest: digest(n), bytes: 1, sentMs: n, isGivenId: true };
  ledger.begin(id, { kind: 'set', place: null, collection, ...told });
  ledger.settle(id, state, n + 1, { given: name === null ? null : { name, inUrl: encodeURIComponent(name) } });
  return id;
}
const view: PlannedStep = {
  id: 'view',
  class: 'read',
  weight: 1,
  request: { method: 'GET', path: '/p/${known}', headers: {}, body: { kind: 'none' } },
  expect: { statuses: [200], body: { kind: 'entry' } },
  ledger: 'reads',
};

test('the ledger knows entries by the ids that they were given, and draws none that nobody can ask for', (t) => {
  const ledger = createLedger('x');
  const first = write(ledger, 1, 'a b');
  write(ledger, 2, null);
  write(ledger, 3, null, 'unknown');
  const places = { register: 1, counter: 1, log: 1 };
  for (const draw of [0, 0.5, 0.99]) {
    t.strictSame(ledgerTurn(view, { ledger, places, draw }), { values: { known: 'a%20b' }, entry: first });
  }
  t.equal(ledger.size, 3);
  t.strictSame(
    ledger.named('a b').map(({ id }) => id),
    [first],
  );
  t.strictSame(ledger.named(first), [], 'the app does not know it so');
  const again = write(ledger, 4, 'a b');
  t.strictSame(
    ledger.named('a b').map(({ id }) => id),
    [first, again],
    'given twice',
  );
  ledger.beginDelete(first);
  ledger.settleDelete(first, 'acked');
  t.equal(ledger.deleted(0), undefined, 'its id is another entry’s now');
  t.end();
});

test('each collection has ids of its own', (t) => {
  const ledger = createLedger('x');
  const photo = write(ledger, 1, '7');
  const album = write(ledger, 2, '7', 'acked', 'albums');
  const places = { register: 1, counter: 1, log: 1 };
  const viewAlbum = { ...view, collection: 'albums' };
  const deleted = { ...viewAlbum, ledger: 'reads-deleted' } as const;
  t.match(ledgerTurn(view, { ledger, places, draw: 0.9 }), { entry: photo });
  t.match(ledgerTurn(viewAlbum, { ledger, places, draw: 0.9 }), { values: { known: '7' }, entry: album });
  t.match(ledger.named('7'), [{ id: photo, collection: null }]);
  t.match(ledger.named('7', 'albums'), [{ id: album, collection: 'albums', place: null }]);
  t.match(roundTripFindings(ledger, []), [
    { check: 'the app gives each write an id of its own', state: 'ok' },
    { check: 'the app gives each write to albums an id of its own', state: 'ok' },
  ]);
  ledger.beginDelete(album);
  ledger.settleDelete(album, 'acked');
  t.equal(ledgerTurn(viewAlbum, { ledger, places, draw: 0 }), null, 'no album is left to read');
  t.match(ledgerTurn(deleted, { ledger, places, draw: 0 }), { values: { deleted: '7' }, entry: album });
  t.equal(ledger.deleted(0), undefined, 'no photo was deleted');
  const own = ledger.nextId();
  ledger.begin(own, {
    kind: 'set',
    place: null,
    collection: 'albums',
    step: 's',
    digest: digest(3),
    bytes: 1,
    sentMs: 3,
  });
  ledger.settle(own, 'acked', 4);
  t.same([ledger.named(own).length, ledger.named(own, 'albums').length], [0, 1]);
  t.same(parseAuditLine(`entry 7 - albums`), { kind: 'entry', id: '7', what: null, collection: 'albums' });
  const [entry] = ledger.named('7', 'albums');
  if (entry === undefined) throw new Error('no album');
  t.match(ledgerLine(1, entry, null), { collection: 'albums', given: '7' });
  t.end();
});

test('collections in a chaos.yaml', (t) => {
  const upload =
    '{id: a, class: write, collection: albums, request: {method: POST, path: /a, body: {random: 1KB}}, new: {json: id}}';
  const show = "    - {id: b, class: read, collection: albums, request: 'GET /a/${known}', expect: {body: entry}}\n";
  const text = `name: x\ncommand: node x\nbuckets: [bucket]\nworkload:\n  rate: 1/s\n  steps:\n    - ${upload}\n${show}`;
  const s3 = 'audit: { collections: { albums: { s3: { bucket: bucket, key: "a/${entry}" } } } }\n';
  const { workload } = parseTarget(parseYaml(text + s3, 'chaos.yaml'));
  t.match(workload?.audit, {
    app: null,
    s3: [],
    collections: [
      { collection: 'albums', app: { path: '/a/${entry}' }, s3: [{ bucket: 'bucket', region: 'us-east-1' }] },
    ],
  });
  t.equal(problems(upload, show), '');
  t.match(problems(upload, show.replace('albums', 'photos')), /no step writes a new entry in the collection "photos"/);
  t.match(problems(upload, show.replace('collection: albums, ', '')), /reads \$\{known\}, but no step writes/);
  t.match(
    problems(upload, `${show}audit: {collections: {album: {app: "GET /a/\${entry}"}}}\n`),
    /collections\.album: no step has .*albums/,
  );
  t.match(
    problems(upload, `${show}audit: {collections: {albums: {list: GET /a}}}\n`),
    /collections\.albums\.list: the app gives the ids/,
  );
  const register = `${show}audit: {collections: {albums: {s3: {bucket: bucket, key: "\${register}"}}}}\nbuckets: [bucket]\n`;
  t.match(problems(upload, register), /registers are of no collection; move it to audit\.s3/);
  t.match(
    problems(`${upload}\n    - {id: c, class: control, collection: albums, request: GET /}`),
    /collection: is for steps with/,
  );
  t.end();
});

test('what is read next does not depend on the ids that the app gives', (t) => {
  const drawn = (name: (n: number) => string): unknown[] => {
    const ledger = createLedger('x');
    return Array.from({ length: 40 }, (_, n) => {
      write(ledger, n, name(n));
      return ledger.known(((n * 7_919) % 101) / 101)?.id;
    });
  };
  t.strictSame(
    drawn((n) => `z${99 - n}`),
    drawn(String),
  );
  t.end();
});

/** The lines that a person would read. */
function problems(step: string, rest = ''): string {
  const text = `name: x\ncommand: node x\nworkload:\n  rate: 1/s\n  steps:\n    - ${step}\n${rest}`;
  try {
    parseTarget(parseYaml(text, 'chaos.yaml'));
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(formatProblem).join('\n');
    throw error;
  }
  return '';
}

test('what makes no sense is refused, with its place', (t) => {
  const post = (more: string, path = '/p') =>
    `{ id: up, class: write, request: { method: POST, path: '${path}', body: { random: 1KB } }, ${more} }`;
  t.equal(problems(post('new: { json: id }, idempotencyHeader: Idempotency-Key')), '');
  t.equal(problems(post('new: { header: Location, regex: "/p/(.+)" }')), '');
  t.match(
    problems(post('new: { json: id }', '/p/${new}')),
    /chaos\.yaml:6:105.*steps\[0\]\.new: .*either the path has the id/,
  );
  t.match(problems(post('new: { json: id }', '/p/${known}')), /about \$\{known\}: new: is for writes of new entries/);
  t.match(
    problems(post('new: { json: id, regex: x }')),
    /must have one of json, header and regex, or header and regex/,
  );
  t.match(problems(post('new: { header: Location, regex: "(" }')), /must be a regular expression/);
  t.match(problems(post('idempotencyHeader: a b')), /must be a header’s name/);
  const same = '{ id: up, class: write, request: { method: POST, path: /p, body: { text: same } }, new: { json: id } }';
  t.match(problems(same), /every write must be another/);
  t.match(
    problems('{ id: up, class: read, request: GET /p, new: { json: id } }'),
    /writes a new entry, so its class is write/,
  );
  t.match(problems('{ id: up, class: read, request: GET /p, idempotencyHeader: K }'), /is for steps of class write/);
  t.match(
    problems('{ id: up, class: write, command: cp a b, new: { json: id } }'),
    /only answers to requests give ids/,
  );
  t.match(
    problems('{ id: see, class: read, request: "GET /p/${known}" }'),
    /with new: \{json: id\} where the app gives/,
  );
  const list = 'audit: { list: GET /p }\n';
  t.match(problems(post('new: { json: id }'), list), /audit\.list: the app gives the ids of "up", .*regex/);
  t.equal(problems(same.replace('same', '\'{"t":"${entry}"}\''), list), '', 'the entry’s own id stands in its text');
  t.end();
});

test('doctor: the round trip of every way, and an id that is given twice', (t) => {
  const ledger = createLedger('x');
  const [a, b] = [write(ledger, 1, 'a'), write(ledger, 2, 'b')];
  const audited = (entry: string, via: 'app' | 's3', found: 'present' | 'absent') =>
    ({
      type: 'ledger.audited',
      entry,
      acked: true,
      via,
      found,
      detail: found === 'present' ? '' : 'NoSuchKey',
    }) as const;
  const found = roundTripFindings(ledger, [
    audited(a, 'app', 'present'),
    audited(b, 'app', 'present'),
    { ...audited(a, 's3', 'absent'), place: 'us-east-1/p' },
    { type: 'ledger.listed', via: 'app', entries: 0, detail: '' },
  ]);
  t.match(found, [
    { state: 'ok', detail: '2 ids, such as "a"' },
    { check: /through the app/, state: 'ok', detail: '2 of 2' },
    { check: /straight from S3 \(us-east-1\/p\)/, state: 'warning', detail: '0 of 1; absent: NoSuchKey' },
    { check: /in the list/, state: 'problem', detail: '0 of them' },
  ]);
  write(ledger, 3, 'a');
  t.match(roundTripFindings(ledger, [audited(a, 'app', 'absent')]), [
    { state: 'problem', detail: '"a" was given to 2 writes' },
    { state: 'problem', detail: '0 of 1; absent: NoSuchKey' },
  ]);
  t.strictSame(parseAuditLine('entry a -'), { kind: 'entry', id: 'a', what: null, collection: null });
  t.end();
});
