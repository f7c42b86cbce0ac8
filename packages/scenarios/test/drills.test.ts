import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '@gameday/reporter';
import { test, type Test } from 'tap';
import { chaos, entriesOf, processesOfRun, readEntries, repository, scratch, type Ended } from './chaos-process.ts';

const gallery = join(repository, 'examples', 'photo-gallery');

interface Drilled extends Ended {
  readonly out: string;
  readonly entries: ReturnType<typeof readEntries>;
}

/** Runs a scenario of which only the rest is written, to its end. */
async function drill(t: Test, rest: string, args: readonly string[] = [], target = gallery): Promise<Drilled> {
  const folder = scratch(t);
  const head = 'name: drill\ntitle: A drill\nsummary: For the tests.\nlesson: None.\nbaseline: 1500ms\nrecovery: 2s\n';
  writeFileSync(join(folder, 'drill.yaml'), `${head}${rest}`);
  const out = join(folder, 'out');
  const ended = await chaos(['run', './drill.yaml', '--target', target, '--out', out, ...args], folder);
  const entries = readEntries(join(out, 'journal.ndjson'));
  const runId = entriesOf(entries, 'run.started')[0]?.runId;
  if (runId !== undefined) t.strictSame(processesOfRun(runId), [], 'no process is left');
  return { ...ended, out, entries };
}

const outage = (to: string, fault: string, more = ''): string =>
  `phases: [{ id: outage, title: S3 fails, from: T+0s, to: T+${to}, faults: [{ regions: [home], share: 1, fault: ${fault} }]${more} }]\n`;

test('a guardrail ends the run, healed, and says which one it was', async (t) => {
  await t.test('what users see', async (t) => {
    const rest = `${outage('60s', 'ServiceUnavailable')}guardrails: { abortWhen: { class: read, goodBelow: 0.5, for: 1s } }\n`;
    const { code, entries, stderr } = await drill(t, rest);
    t.equal(code, 5, stderr);
    t.match(entriesOf(entries, 'guardrail.tripped'), [
      { guardrail: 'what users see', detail: /read requests were good in the last 1 s, less than 50 %/ },
    ]);
    t.match(entries.at(-1), { type: 'run.ended', reason: 'guardrail' });
    t.equal(entriesOf(entries, 'fault.ended').length, 1);
  });

  await t.test('a stop file', async (t) => {
    const rest = `${outage('60s', 'ServiceUnavailable')}guardrails: { stopFile: /dev/null }\n`;
    const { code, entries } = await drill(t, rest);
    t.equal(code, 5);
    t.match(entries.at(-1), { reason: 'guardrail', detail: /null exists/ });
    t.equal(entriesOf(entries, 'fault.started').length, 0, 'it was there before anything began');
  });
});

test('what happens beside S3: to each of three replicas, on time, and in the journal', async (t) => {
  const folder = scratch(t);
  const file = join(folder, 'chaos.yaml');
  const text = readFileSync(join(gallery, 'chaos.yaml'), 'utf8');
  writeFileSync(
    file,
    `replicas: 3\n${text.replace('node server.mjs', `node ${join(gallery, 'server.mjs')}`).replace('patience: 10s', 'patience: 1s')}`,
  );
  const events = `, events: [
    { do: status-page, state: green, text: All is well },
    { do: kill-target, after: 500ms, replica: 1 },
    { do: freeze-target, from: T+1s, for: 1600ms, replica: 2 },
    { do: pause-replication },
    { do: restart-target, after: 2500ms, replica: 1 }]`;
  const rest = `${outage('4s', '{ kind: latency, delay: 10ms }', events)}cooldown: 500ms\n`;
  const { code, entries, stderr } = await drill(t, rest, [], file);
  // What is asked is what happened; on a machine that stood still there is no letter.
  t.ok(code === 0 || code === 3, stderr);
  const loadMs = entriesOf(entries, 'phase.started')[0]?.t ?? 0;
  const began = entriesOf(entries, 'event.started').map(({ t: at, what, done }) => ({
    at: at - loadMs - 1_500,
    what,
    done,
  }));
  t.match(began.map(({ what }) => what).toSorted(), [
    /^Nothing that is written to us-east-1/,
    /^Replica 1 .*killed/,
    /^Replica 1 .*started again/,
    /^Replica 2 .*frozen/,
    /^The provider's status page is green: "All is well"/,
  ]);
  t.ok(began.every(({ done }) => done));
  const killed = began.find(({ what }) => what.includes('killed'))?.at ?? 0;
  const restarted = began.find(({ what }) => what.includes('started again'))?.at ?? 0;
  // Due 500 and 2,500 ms after the outage began. When the load began is written down a moment after it did.
  t.ok(killed >= 400 && killed < restarted && restarted >= 2_400, `not before it was due: ${killed}, ${restarted} ms`);
  t.equal(entriesOf(entries, 'event.ended').length, 2, 'the freeze and the pause are over');
  t.match(entriesOf(entries, 'target.exited').slice(0, 1), [{ replica: 1, signal: 'SIGKILL', expected: true }]);
  t.strictSame(
    entriesOf(entries, 'target.started')
      .map(({ replica }) => replica)
      .toSorted((a = 0, b = 0) => a - b),
    [1, 1, 2, 3],
  );
  t.ok(
    entriesOf(entries, 'work.request').some(({ outcome }) => outcome === 'hang'),
    'users of the frozen one wait in vain',
  );
  t.match(entries.at(-1), { type: 'run.ended', reason: 'completed' });
});

test('part of a scenario, in a given time, with several seeds and one result', async (t) => {
  const rest = `phases:
  - { id: first, title: One, from: T+0s, to: T+60s, faults: [{ regions: [home], share: 1, fault: SlowDown }] }
  - { id: second, title: Two, from: T+60s, to: T+120s, expect: { class: read, good: 0.99 }, faults: [{ regions: [home], share: 1, fault: SlowDown }] }
`;
  const args = ['--from', 'second', '--duration', '5500ms', '--seeds', '2', '--seed', '40', '--json'];
  const { code, stdout, stderr, out } = await drill(t, rest, args);
  t.ok(code === 0 || code === 3, stderr);
  t.match(JSON.parse(stdout), { version: 1, target: 'photo-gallery', seeds: [{ seed: '40' }, { seed: '41' }] });
  for (const file of ['seeds.json', 'seeds.md', 'seeds.html', 'seeds.xml']) t.ok(existsSync(join(out, file)), file);
  for (const seed of ['40', '41']) {
    const entries = readEntries(join(out, `seed-${seed}`, 'journal.ndjson'));
    t.strictSame(
      entriesOf(entries, 'phase.started').map(({ phase }) => phase),
      ['baseline', 'second', 'recovery'],
    );
    t.match(
      entriesOf(entries, 'hypothesis.checked').find(({ when }) => when === 'during'),
      { phase: 'second', held: false },
      'what the scenario expects of a phase is checked',
    );
    const report = JSON.parse(readFileSync(join(out, `seed-${seed}`, 'report.json'), 'utf8')) as Report;
    t.equal(report.run.seed, seed);
  }
});
