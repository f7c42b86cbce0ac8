import { test } from 'tap';
import { formatProblem, InputError } from '../source/input-error.ts';
import { parseScenario, setAssumptions } from './parse-scenario.ts';
import { defaultTargetForCommand, parseTarget } from '../target/parse-target.ts';
import { parseYaml } from '../source/yaml-document.ts';

/** The lines that a person would read, or what was thrown instead. */
function complaints(act: () => unknown): readonly string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(formatProblem);
    throw error;
  }
  return [];
}

const yaml = (text: string): readonly string[] => complaints(() => parseYaml(text, 'x.yaml'));

const scenario = (text: string): readonly string[] => complaints(() => parseScenario(parseYaml(text, 's.yaml')));
const target = (text: string): readonly string[] => complaints(() => parseTarget(parseYaml(text, 'chaos.yaml')));

test('what is no YAML is refused with its line and column', (t) => {
  t.match(yaml('a: 1\nb: [\n')[0], /^x\.yaml:3:1: not valid YAML: /);
  t.match(yaml('a: 1\na: 2')[0], /^x\.yaml:2:1: not valid YAML: Map keys must be unique/);
  t.match(yaml('a: 1\n\tb: 2')[0], /^x\.yaml:2:/);
  t.match(yaml('a: 1\n---\nb: 2')[0], /^x\.yaml:2:/);
  t.match(yaml('a: !!binary x\nb: !foo 2')[0], /^x\.yaml:\d:\d+: not valid YAML: Unresolved tag/);
  t.match(yaml('a: *nobody')[0], /Unresolved alias/);
  t.same(yaml(''), ['x.yaml:1:1: the file is empty']);
  t.end();
});

test('a file that would explode is refused in one line', (t) => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 9; level += 1) {
    const before = String.fromCodePoint(96 + level);
    const own = String.fromCodePoint(97 + level);
    bomb.push(`${own}: &${own} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`);
  }
  t.same(yaml(bomb.join('\n')), ['x.yaml:1:1: its aliases expand too often; write the repeated part out']);
  t.match(yaml('['.repeat(100_000)), [/^x\.yaml:1:1: nested too deeply/]);
  t.match(yaml(`a: ${'x'.repeat(1_100_000)}`), [/^x\.yaml:1:1: longer than 1048576 bytes/]);
  t.end();
});

test('every mistake of a scenario is reported at once, each with its place and how to mend it', (t) => {
  const text = `name: x y
titel: foo
summary: s
lesson: l
clock: { date: 2017-02-28, zone: PST, zero: "9:37" }
assumptions: { a: { value: 3, why: x }, b: { value: 1 } }
sources: [{ title: a, url: foo }]
phases:
  - id: a
    title: A
    from: "09:37"
    to: T+3m
    fautls: []
    faults:
      - { regions: [us-east-1], fault: silnt }
      - { regions: [us-esat], fault: silent, share: "\${a}" }
      - { regions: [us-east-1], fault: reset, share: "\${c}" }
      - { regions: [us-east-1], classes: [raed], fault: { kind: http-error, cod: SlowDown } }
      - { fault: { kind: latency, delay: 20s..x }, share: { from: 1 } }
      - { regions: [us-east-1], fault: SlowDwn, inFlight: now }
      - { regions: [us-east-1], operations: [GetObjects], fault: silent }
      - { regions: [us-east-1], classes: [read], fault: refuse }
      - { regions: [us-east-1], fault: { kind: latency, delay: { p50: 3s, p99: 1s } } }
  - id: b
    title: B
    from: T+4m
    to: 7
`;
  t.same(scenario(text), [
    's.yaml:1:7 name: must be lower-case words joined by "-"',
    's.yaml:2:1 titel: no such field; did you mean "title"?',
    's.yaml:5:45 clock.zero: must be a reading of a clock such as "09:37"',
    's.yaml:6:41 assumptions.b: nothing refers to it, so setting it would change nothing; write ${b} where it belongs, or remove it',
    's.yaml:6:44 assumptions.b.why: is missing',
    's.yaml:7:28 sources[0].url: must be a URL',
    's.yaml:13:5 phases[0].fautls: no such field; did you mean "faults"?',
    's.yaml:15:40 phases[0].faults[0].fault.kind: "silnt" is no fault; did you mean "silent"?',
    's.yaml:16:21 phases[0].faults[1].regions[0]: must be an AWS region such as us-east-1, or home for the target’s own',
    's.yaml:16:53 phases[0].faults[1].share: must be at most 1, not 3; that is the value of "a"',
    's.yaml:17:54 phases[0].faults[2].share: nothing is named "c" here; there is a, b',
    's.yaml:18:43 phases[0].faults[3].classes[0]: "raed" is not allowed here; did you mean "read"?',
    's.yaml:18:77 phases[0].faults[3].fault.cod: no such field; did you mean "code"?',
    's.yaml:19:9 phases[0].faults[4].regions: is missing',
    's.yaml:19:42 phases[0].faults[4].fault.delay: must be a duration such as 200ms, 20s..60s or {p50: 2s, p99: 10s}',
    's.yaml:19:59 phases[0].faults[4].share.to: is missing',
    's.yaml:20:40 phases[0].faults[5].fault.code: "SlowDwn" is no error of S3; did you mean "SlowDown"?',
    's.yaml:20:59 phases[0].faults[5].inFlight: "now" is not allowed here; there is spare, cut',
    's.yaml:21:46 phases[0].faults[6].operations[0]: "GetObjects" is no operation of S3; did you mean "GetObject"?',
    's.yaml:22:57 phases[0].faults[7].fault: refuse closes a whole region: a listener cannot refuse some requests and take others; use `reset` for a share',
    's.yaml:23:40 phases[0].faults[8].fault: delay: the median 3000 ms is above the p99 1000 ms',
    's.yaml:27:9 phases[1].to: must be a time of the incident such as "09:40" or T+3m',
  ]);
  t.end();
});

test('phases follow each other without gaps', (t) => {
  const phases = (clock: string, ...spans: readonly [string, string][]): readonly string[] =>
    scenario(
      `name: x\ntitle: x\nsummary: x\nlesson: x\n${clock}phases:\n${spans
        .map(([from, to], index) => `  - { id: p${index}, title: x, from: "${from}", to: "${to}" }\n`)
        .join('')}`,
    );
  const clock = 'clock: { date: 2017-02-28, zone: PST, zero: "09:37" }\n';
  t.same(phases(clock, ['09:37', '09:40'], ['T+3m', '11:37']), []);
  t.same(phases(clock, ['09:37', '23:00'], ['23:00', '02:25']), [
    's.yaml:7:44 phases[0].to: by the clock this phase ends before it begins; for one of more than 12 hours write T+...',
  ]);
  t.same(phases(clock, ['09:37', '21:00'], ['21:00', '02:25']), [], 'midnight may be crossed');
  t.same(phases(clock, ['09:38', '09:40']), [
    's.yaml:7:31 phases[0].from: the first phase begins at zero, 09:37, not at 09:38',
  ]);
  t.same(phases(clock, ['09:37', '09:40'], ['09:41', '09:50']), [
    's.yaml:8:31 phases[1].from: must be 09:40, where p0 ends: phases leave no gap and never overlap',
  ]);
  t.match(phases(clock, ['09:37', '09:40'], ['09:39', '09:50']), [/phases\[1\]\.from: must be 09:40/]);
  t.match(phases('', ['T+0s', 'T+3m'], ['T+3m', 'T+3m']), [/phases\[1\]\.to: T\+3m is not after its beginning, T\+3m/]);
  t.match(phases('', ['T+0s', '09:40']), [/phases\[0\]\.to: the scenario has no clock; write T\+3m/]);
  const twice = 'phases:\n  - {id: a, title: x, from: T+0s, to: T+1s}\n  - {id: a, title: x, from: T+1s, to: T+2s}\n';
  t.match(scenario(`name: x\ntitle: x\nsummary: x\nlesson: x\n${twice}`), [/:7:10 phases\[1\]\.id: another phase/]);
  t.end();
});

test('no phase takes the name of one that every run has', (t) => {
  const text = 'name: x\ntitle: x\nsummary: x\nlesson: x\nphases: [{id: recovery, title: x, from: T+0s, to: T+1s}]\n';
  t.same(scenario(text), ['s.yaml:5:15 phases[0].id: every run has a phase "recovery" of its own; name it otherwise']);
  t.end();
});

test('assumptions are filled in, and can be set', (t) => {
  const given = parseScenario(
    parseYaml(
      `{name: x, title: x, summary: x, lesson: x, assumptions: {half: {value: 0.5, why: w}},
        phases: [{id: a, title: x, from: T+0s, to: T+1m, faults: [
          {regions: [home], share: {from: 0, to: "\${half}"}, fault: {kind: blackout, silent: "\${half}", after: 2s..8s}}]}]}`,
      's.yaml',
    ),
  );
  const shareOf = (read: typeof given): unknown => read.phases[0]?.faults[0]?.share;
  t.same(shareOf(given), { from: 0, to: 0.5 });
  t.match(given.phases[0]?.faults[0]?.fault, {
    silent: 0.5,
    reset: 0.05,
    after: { shape: 'uniform', fromMs: 2_000, toMs: 8_000 },
  });
  const set = setAssumptions(given, { half: 0.25 });
  t.same(shareOf(set), { from: 0, to: 0.25 });
  t.same(set.assumptions, [{ name: 'half', value: 0.25, why: 'w', overridden: true }]);
  t.same(shareOf(given), { from: 0, to: 0.5 }, 'the given scenario stays as it was');
  t.same(
    complaints(() => setAssumptions(given, { hlaf: 1 })),
    ['--set: "hlaf" is no assumption or variable of this scenario; did you mean "half"?'],
  );
  t.match(
    complaints(() => setAssumptions(given, { half: 2 }))[0],
    /share\.to: must be at most 1, not 2; that is the value of "half"/,
  );
  t.end();
});

test('every mistake of a target is reported at once', (t) => {
  const text = `name: x
comand: node
command: node $PORT
url: http://127.0.0.1:\${PROT}
env: { S3: "\${S3_ENDPOINT_US_WEST_2}", X: "\${S3_ENDPONT}" }
buckets: [A, ok-bucket]
patience: 10
gate: E
workload:
  rate: 20
  steps:
    - { id: a, class: raed, request: "GET /x/\${knwn}" }
    - { id: b, class: read, request: GETT /x }
    - { id: c, class: control, request: { method: PUT, path: "/x/\${new}" }, expect: { status: 99 } }
    - { id: d, class: read, request: GET /y, expect: { body: entry } }
audit: { app: GET /x, s3: { bucket: foo, key: "a\${entri}" } }
`;
  t.same(target(text), [
    'chaos.yaml:2:1 comand: no such field; did you mean "command"?',
    'chaos.yaml:3:10 command: "$PORT" has a meaning only to a shell; write ${PORT} for what Gameday fills in',
    'chaos.yaml:4:6 url: nothing is known as ${PROT} here; did you mean "PORT"?',
    'chaos.yaml:5:43 env.X: nothing is known as ${S3_ENDPONT} here; did you mean "S3_ENDPOINT"?',
    'chaos.yaml:6:11 buckets[0]: must be a bucket name: 3 to 63 of a-z 0-9 . and -',
    'chaos.yaml:7:11 patience: must be a duration such as "8s", "500ms" or "2h49m"',
    'chaos.yaml:8:7 gate: "E" is not allowed here; there is A, B, C, D, F',
    'chaos.yaml:10:9 workload.rate: must be a rate such as "20/s"',
    'chaos.yaml:12:23 workload.steps[0].class: "raed" is not allowed here; did you mean "read"?',
    'chaos.yaml:12:38 workload.steps[0].request.path: nothing is known as ${knwn} here; did you mean "known"?',
    'chaos.yaml:13:38 workload.steps[1].request: must be a method and a path such as "GET /photos/${known}"',
    'chaos.yaml:14:23 workload.steps[2].class: the step writes a new entry, so its class is write, not control',
    'chaos.yaml:14:41 workload.steps[2].request: writes ${new} without a body: nothing could be read back; add body: {random: 16KB}',
    'chaos.yaml:14:95 workload.steps[2].expect.status: must be at least 100, not 99',
    'chaos.yaml:15:62 workload.steps[3].expect.body: expects an entry, but the path has no ${known} to say which',
    'chaos.yaml:16:15 audit.app: must contain ${entry}',
    'chaos.yaml:16:47 audit.s3.key: nothing is known as ${entri} here; did you mean "entry"?',
  ]);
  t.end();
});

const steps = (...lines: readonly string[]): string =>
  `name: x\ncommand: node x\nworkload:\n  rate: 1/s\n  steps:\n${lines.map((line) => `    - ${line}\n`).join('')}`;

test('a target whose parts do not fit each other is refused', (t) => {
  t.match(target('name: x'), ['chaos.yaml:1:1: has neither a command that starts the app nor a url where it runs']);
  t.match(target('name: x\nurl: http://127.0.0.1:${PORT}'), [/^chaos\.yaml:2:6 url: nothing fills this in/]);
  t.match(target(steps('{id: a, class: read, request: "GET /${known}"}')), [
    /:6:37 workload\.steps\[0\]\.request: reads \$\{known\}, but no step writes a new entry; add a step of class write with \$\{new\} in its path/,
  ]);
  t.match(target(steps('{id: a, class: write, request: "PUT /${new}"}')), [/request: writes \$\{new\} without a body/]);
  t.match(target(steps('{id: a, class: read, request: {method: PUT, path: "/${new}", body: {random: 1KB}}}')), [
    /class: the step writes a new entry, so its class is write, not read/,
  ]);
  t.match(target(steps('{id: a, class: write, request: {path: "/${new}/${known}", body: {random: 1KB}}}')), [
    /has both \$\{new\} and \$\{known\}/,
  ]);
  t.match(target(steps('{id: a, class: read, request: GET /}', '{id: a, class: read, request: GET /}')), [
    /:7:12 workload\.steps\[1\]\.id: another step is named "a" already/,
  ]);
  t.match(target(`${steps('{id: a, class: read, request: GET /}')}audit: {s3: {bucket: foo, key: "\${entry}"}}\n`), [
    /audit\.s3\.bucket: "foo" is not among the buckets; list it under buckets/,
  ]);
  t.match(target(steps('{id: a, class: write, request: {method: PUT, path: "/${new}", body: {random: 900MB}}}')), [
    /body\.random: "900MB" is more than the 67\.1 MB that a body may have/,
  ]);
  t.end();
});

test('a target’s defaults are filled in', (t) => {
  const read = parseTarget(
    parseYaml(
      `name: gallery
command: node server.mjs
region: eu-west-1
env: { AWS_REGION: us-east-1, DEBUG: true, WORKERS: 4 }
buckets: [photos, { name: copies, region: us-west-2 }]
workload:
  rate: 300/min
  steps:
    - { id: upload, class: write, weight: 3, request: { method: PUT, path: "/photos/\${new}", body: { random: 16KB } } }
    - { id: view, class: read, request: "GET /photos/\${known}", expect: { body: entry } }
    - { id: about, class: control, request: GET /about, expect: { status: [200, 304], body: { contains: us } } }
audit: { s3: { bucket: copies, key: "photos/\${entry}" } }
`,
      'chaos.yaml',
    ),
  );
  t.same(read.command, ['node', 'server.mjs']);
  t.equal(read.url, 'http://127.0.0.1:${PORT}');
  t.same(read.ready, { path: '/', status: 200, withinMs: 30_000 });
  t.same(read.env, {
    PORT: '${PORT}',
    AWS_ENDPOINT_URL_S3: '${S3_ENDPOINT}',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
    DEBUG: 'true',
    WORKERS: '4',
  });
  t.same(read.buckets, [
    { name: 'photos', region: 'eu-west-1' },
    { name: 'copies', region: 'us-west-2' },
  ]);
  t.equal(read.patienceMs, 10_000);
  t.equal(read.workload?.perSecond, 5);
  t.same(
    read.workload?.steps.map(({ id, ledger, expect }) => [id, ledger, expect.statuses, expect.body.kind]),
    [
      ['upload', 'writes', [200, 201, 202, 204], 'any'],
      ['view', 'reads', [200], 'entry'],
      ['about', 'none', [200, 304], 'contains'],
    ],
  );
  t.same(read.workload?.audit, {
    app: { path: '/photos/${entry}', value: null },
    s3: [{ bucket: 'copies', key: 'photos/${entry}', region: 'us-west-2' }],
    list: null,
    command: null,
  });
  t.end();
});

test('a bare command is a target with nothing known of its users', (t) => {
  const bare = defaultTargetForCommand(['node', 'app.js', '$HOME; rm'], null, '/srv/my-app/');
  t.equal(bare.name, 'my-app');
  t.same(bare.command, ['node', 'app.js', '$HOME; rm'], 'words are passed on as they are');
  t.equal(bare.workload, null);
  t.equal(defaultTargetForCommand(['x'], 'http://localhost:3000/', '/').url, 'http://localhost:3000');
  t.end();
});
