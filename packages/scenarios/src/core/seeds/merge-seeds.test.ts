import type { Report } from '@gameday/reporter';
import { test } from 'tap';
import { seedsFrom } from '../../cli/run-seeds.ts';
import { seedsAsMarkdown, seedsAsText } from './describe-seeds.ts';
import { mergeSeeds, spread } from './merge-seeds.ts';
import { seedsAsJunit } from './seeds-junit.ts';
import { seedsAsHtml } from './seeds-page.ts';

/** As much of a report as is merged. */
const report = (seed: string, letter: Report['letter'], score: number | null, good = 90): Report =>
  ({
    letter,
    score,
    verdict: letter === null ? 'inconclusive' : letter === 'A' ? 'pass' : 'fail',
    headline: `seed ${seed}`,
    inconclusive: letter === null ? [{ id: 'x', sentence: 'It was interrupted.' }] : [],
    dimensions: [{ id: 'latency', title: 'Latency', verdict: letter === 'A' ? 'pass' : 'fail', score }],
    run: { id: `run-${seed}`, seed },
    scenario: { title: 'Drill | one' },
    target: { name: 'app' },
    phases: [
      { id: 'baseline', stage: 'baseline' },
      { id: 'outage', stage: 'incident' },
    ],
    table: [
      { phase: 'baseline', class: 'read', due: 50, good: 50 },
      { phase: 'outage', class: 'read', due: 100, good },
    ],
    ledger: { acked: 10, lost: letter === 'F' ? 2 : 0, corrupted: 0 },
  }) as unknown as Report;

test('several seeds are one result: the worst wins, what can be counted is counted together', async (t) => {
  const merged = mergeSeeds([report('1', 'A', 95), report('2', 'C', 75, 60), report('3', 'B', 85)]);
  t.match(merged, { letter: 'C', verdict: 'fail', acknowledged: 30, lost: 0 });
  t.match(merged.score, { count: 3, mean: 85, min: 75, max: 95 });
  const { low, high } = merged.score?.interval ?? { low: 0, high: 0 };
  t.equal(low.toFixed(2), '60.16', '85 - 4.303 * 10 / sqrt(3)');
  t.equal(high.toFixed(2), '109.84');
  t.match(merged.availability[0], { class: 'read', due: 300, share: { ratio: 0.8 } });
  t.equal(merged.availability[1]?.share, null, 'nothing was due, so nothing is claimed');
  t.match(merged.dimensions, [{ id: 'latency', verdict: 'fail', score: { count: 3 } }]);
  t.match(merged.notes, [/3 seeds only/]);
  t.match(seedsAsText(merged), /grade C, the worst of 3, score 85\.0 \(60\.2 to 100\.0\)/);
  t.match(seedsAsMarkdown(merged), /Drill \\\| one/, 'nothing of a title is Markdown');
  const page = seedsAsHtml(mergeSeeds([report('<b>', 'A', 95), report('2', 'C', 75)]));
  t.match(page, /<a href="seed-%3Cb%3E\/report\.html">&lt;b&gt;<\/a>/, 'nothing of a seed is HTML');
  t.match(page, /<h2>app in Drill \| one: grade C, the worst of 2/);
  const junit = seedsAsJunit(mergeSeeds([report('1', 'A', 95), report('2', 'C', 75), report('"&', null, null)]));
  t.match(junit, /tests="4" failures="2" errors="0" skipped="1"/);
  t.match(junit, /name="seed 1" time="0"><\/testcase>/);
  t.match(junit, /name="seed &quot;&amp;" time="0"><skipped message=/);
  t.match(junit, /name="all seeds" time="0"><failure message="app in Drill \| one: no grade/);
});

test('a seed without a grade leaves none to all; lost writes are lost', async (t) => {
  t.match(mergeSeeds([report('1', 'A', 95), report('2', null, null)]), {
    letter: null,
    verdict: 'inconclusive',
    score: { count: 1, interval: null },
    notes: [/2 seeds only/, /No grade with seed 2/, 'It was interrupted.'],
  });
  t.match(mergeSeeds([report('1', 'F', 95), report('2', null, null)]), { letter: null, verdict: 'fail', lost: 2 });
  t.throws(() => mergeSeeds([]));
  t.equal(spread([]), null);
  t.strictSame(spread([4, 4])?.interval, { low: 4, high: 4 });
});

test('the seeds of a series', async (t) => {
  t.strictSame(seedsFrom('7', 3), ['7', '8', '9']);
  t.strictSame(seedsFrom('night', 2), ['night', 'night-2']);
  for (const count of [0, 1.5, NaN, 1e6]) t.throws(() => seedsFrom('1', count), { message: /--seeds/ });
});
