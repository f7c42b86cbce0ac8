// The grader must tell naive from resilient, for the right reasons. Here the pairs that need nginx, HAProxy and Redis run
// live, with one seed; journals.test.ts grades the kept journals of every pair, with three. GAMEDAY_EXAMPLES (`all`) and
// GAMEDAY_EXAMPLES_SEEDS name others.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { test } from 'tap';
import { findExamples } from './find-examples.ts';
import { problemsOf } from './ranking.ts';
import { runExamples } from './run-examples.ts';

const wanted = process.env['GAMEDAY_EXAMPLES'] ?? 'edge-cache,nginx-cache,rolling-window';
const NAMES = wanted === 'all' ? findExamples().map(({ name }) => name) : wanted.split(',');
const SEEDS = (process.env['GAMEDAY_EXAMPLES_SEEDS'] ?? '1').split(',');
/** A run mostly waits. */
const JOBS = 4;

/** Runs that a busy machine disturbs are repeated. */
const WITHIN_MS = 900_000;
t.setTimeout(WITHIN_MS);

test('the resilient form is two letters better, for the right reasons', { timeout: WITHIN_MS }, async (t) => {
  const out = mkdtempSync(join(tmpdir(), 'gameday-ranking-'));
  t.teardown(() => rmSync(out, { recursive: true, force: true }));
  const found = findExamples().filter(({ name }) => NAMES.includes(name));
  t.equal(found.length, NAMES.length, 'every one that is named');
  for (const { name, missing } of found.filter(({ missing }) => missing.length > 0)) {
    t.ok(true, name, { skip: `needs ${missing.join(', ')}` });
  }
  const examples = found.filter(({ missing }) => missing.length === 0);
  for (const { example, runs, failures } of await runExamples(examples, SEEDS, out, JOBS, () => {}, 'pairs')) {
    t.strictSame([...failures, ...problemsOf(example.expected, runs)], [], example.name);
  }
});
