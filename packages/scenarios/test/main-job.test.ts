import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { chaos, entriesOf, readEntries, scratch } from './chaos-process.ts';

test('the outage of 2017 against the bundled gallery, at high speed', async (t) => {
  const out = scratch(t);
  const run = await chaos(['run', 's3-us-east-1-outage', '--speed', '1000', '--seed', '7', '--out', out]);
  t.equal(run.code, 0, run.stderr);
  const entries = readEntries(join(out, 'journal.ndjson'));

  await t.test('the journal tells the whole run', async (t) => {
    t.equal(entries[0]?.type, 'run.started');
    t.match(entries.at(-1), { type: 'run.ended', reason: 'completed' });
    t.match(entriesOf(entries, 'hypothesis.checked')[0], { when: 'before', held: true });
    const phases = entriesOf(entries, 'phase.started').map(({ phase }) => phase);
    const planned = entriesOf(entries, 'run.started')[0]?.plan.phases.map(({ id }) => id);
    t.strictSame(phases, planned);
  });

  await t.test('what failed is what the scenario says, and nothing else', async (t) => {
    const plan = entriesOf(entries, 'run.started')[0]?.plan;
    const exchanges = entriesOf(entries, 's3.exchange');
    const windowPhase = new Map(plan?.windows.map(({ id, phase }) => [id, phase]));
    const struckIn = (phase: string, operation: string): number =>
      exchanges.filter(
        ({ fault, operation: name }) => fault !== null && name === operation && windowPhase.get(fault.window) === phase,
      ).length;
    // Most new connections meet no answer at all, so few requests of the blackout are exchanges.
    t.ok(struckIn('blackout', 'GetObject') + struckIn('blackout', 'PutObject') > 0, 'the blackout struck');
    const began = entriesOf(entries, 'phase.started').find(({ phase }) => phase === 'blackout')?.t ?? 0;
    const ended = entriesOf(entries, 'phase.ended').find(({ phase }) => phase === 'blackout')?.t ?? 0;
    const due = entriesOf(entries, 'work.request').filter(({ intended }) => began < intended && intended < ended);
    for (const [cls, least] of [
      ['read', 10],
      ['write', 3],
    ] as const) {
      const outcomes = due.filter((request) => request.class === cls).map(({ outcome }) => outcome);
      t.ok(outcomes.length > least, `${cls}s were due in the blackout`);
      t.ok(outcomes.filter((outcome) => outcome === 'good').length < outcomes.length / 5, `${cls}s failed in it`);
    }
    t.equal(struckIn('writes-down', 'GetObject'), 0, 'reads are back while placement is still down');
    t.ok(struckIn('writes-down', 'PutObject') > 0, 'writes are not');
    t.equal(exchanges.filter(({ outcome }) => outcome === 'upstream-failed').length, 0, 'the S3 behind never failed');
    const control = entriesOf(entries, 'work.request').filter(({ class: stepClass }) => stepClass === 'control');
    t.ok(control.length > 10);
    t.equal(control.filter(({ outcome }) => outcome !== 'good').length, 0, 'the about page stays up');
  });

  await t.test('the gallery loses no write that it acknowledged', async (t) => {
    const acked = new Set(entriesOf(entries, 'ledger.acked').map(({ entry }) => entry));
    const audited = entriesOf(entries, 'ledger.audited').filter(({ acked: yes }) => yes);
    t.ok(acked.size > 10);
    for (const via of ['app', 's3'] as const) {
      const present = audited.filter((finding) => finding.via === via && finding.found === 'present');
      t.strictSame(new Set(present.map(({ entry }) => entry)), acked, `all found ${via}`);
    }
  });

  await t.test('the grade is bad, for reasons that it names, in five files', async (t) => {
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as unknown;
    t.match(report, { letter: /^[DF]$/, verdict: 'fail', dimensions: Array });
    t.match(run.stdout, /hang|no answer/i);
    for (const file of ['journal.ndjson', 'report.html', 'junit.xml', 'summary.md', 'report.json']) {
      t.ok(existsSync(join(out, file)), file);
    }
  });

  await t.test('the journal alone gives every byte again, and a gate fails it', async (t) => {
    const again = scratch(t);
    const journal = join(out, 'journal.ndjson');
    const regraded = await chaos(['report', journal, '--out', again]);
    t.equal(regraded.code, 0, regraded.stderr);
    t.equal(regraded.stdout, run.stdout);
    for (const file of ['report.html', 'junit.xml', 'summary.md', 'report.json']) {
      t.equal(readFileSync(join(again, file), 'utf8'), readFileSync(join(out, file), 'utf8'), file);
    }
    const gated = await chaos(['report', journal, '--out', again, '--gate', 'C']);
    t.equal(gated.code, 1);
  });
});
