import { test } from 'tap';
import { expectedSchema } from './expected.ts';
import { problemsOf, type RankedRun } from './ranking.ts';

const remedy = { pattern: 'a', advice: 'b', proof: 'c', source: null };
const cause = (id: string, pointsLost = 5): RankedRun['report']['dimensions'][number]['causes'][number] => ({
  id,
  dimension: 'availability',
  sentence: '',
  evidence: [],
  windows: [],
  from: null,
  to: null,
  pointsLost,
  cap: null,
  remedy,
});
const run = (
  form: string,
  letter: RankedRun['report']['letter'],
  causes: RankedRun['report']['dimensions'][number]['causes'] = [],
): RankedRun => ({
  form,
  seed: '1',
  report: {
    letter,
    inconclusive: letter === null ? [{ id: 'tool', sentence: 'Too busy.' }] : [],
    dimensions: [
      {
        id: 'availability',
        title: '',
        question: '',
        verdict: 'pass',
        score: 100,
        weight: 1,
        pointsLost: 0,
        summary: '',
        formula: '',
        evidence: [],
        causes,
      },
    ],
    patterns: [],
    alarms: [],
  },
});
const expected = expectedSchema.parse({
  title: 'a title',
  account: 'an account',
  naive: { causes: ['durability.lost'], atMost: 'D' },
  resilient: { notCauses: ['availability.read'], shown: ['write-behind'] },
});

test('a pair ranks as it should, or every reason why not is told', async (t) => {
  const lost = cause('durability.lost');
  const bare = { ...expected, resilient: { ...expected.resilient, shown: [] } };
  t.strictSame(problemsOf(bare, [run('naive', 'F', [lost]), run('resilient', 'C')]), []);
  t.strictSame(problemsOf(bare, [run('naive', 'D', [lost]), run('resilient', 'C')]), [
    'seed 1: resilient C, naive D: less than 2 letters',
  ]);
  t.match(problemsOf(bare, [run('naive', 'C'), run('resilient', 'A')]), [
    'naive, seed 1: C is better than D',
    'naive, seed 1: the cause durability.lost is missing (found: none)',
  ]);
  t.match(problemsOf(bare, [run('naive', null, [lost]), run('resilient', 'A')]), [
    'naive, seed 1: no letter: Too busy.',
    /less than 2 letters/,
  ]);
});

test('what would be false counts where it costs something; what must be seen must be seen', async (t) => {
  const naive = run('naive', 'F', [cause('durability.lost')]);
  t.match(problemsOf(expected, [naive, run('resilient', 'A', [cause('availability.read')])]), [
    'resilient, seed 1: the cause availability.read is false of it',
    'resilient, seed 1: the pattern write-behind is missing (found: none)',
  ]);
  t.equal(problemsOf(expected, [naive, run('resilient', 'A', [cause('availability.read', 0.2)])]).length, 1);
});
