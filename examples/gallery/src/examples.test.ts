// Every example in both forms, with three seeds: the grader must tell them apart, for the right reasons.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { test } from 'tap';
import { findExamples } from './find-examples.ts';
import { problemsOf } from './ranking.ts';
import { runExamples } from './run-examples.ts';

const SEEDS = ['1', '2', '3'];
/** A run mostly waits. */
const JOBS = 4;

/** Five minutes on an idle machine; runs that a busy one disturbs are repeated. */
const WITHIN_MS = 900_000;
t.setTimeout(WITHIN_MS);

test('the resilient form is two letters better, for the right reasons', { timeout: WITHIN_MS }, async (t) => {
  const out = mkdtempSync(join(tmpdir(), 'gameday-ranking-'));
  t.teardown(() => rmSync(out, { recursive: true, force: true }));
  const found = findExamples();
  for (const { name, missing } of found.filter(({ missing }) => missing.length > 0)) {
    t.ok(true, name, { skip: `needs ${missing.join(', ')}` });
  }
  const examples = found.filter(({ missing }) => missing.length === 0);
  for (const { example, runs, failures } of await runExamples(examples, SEEDS, out, JOBS, () => {})) {
    t.strictSame([...failures, ...problemsOf(example.expected, runs)], [], example.name);
  }
});
