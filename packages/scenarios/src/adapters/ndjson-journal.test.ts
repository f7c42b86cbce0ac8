import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entrySchema } from '@gameday/reporter/journal';
import { test } from 'tap';
import { openNdjsonJournal } from './ndjson-journal.ts';

test('every entry is a line, on disk after sync, with no reserve left behind', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'gameday-journal-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'journal.ndjson');
  const journal = openNdjsonJournal(file, (error) => t.fail(error.message));
  journal.write({ t: 1, type: 'phase.started', phase: 'baseline' });
  journal.write({ t: 2, type: 'phase.ended', phase: 'baseline' });
  journal.write({ t: 3, type: 'run.ended', reason: 'completed', detail: '' });
  journal.write({ t: 4, type: 'phase.started', phase: 'too late' });
  await journal.sync();
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  t.strictSame(
    lines.map((line) => entrySchema.parse(JSON.parse(line)).type),
    ['phase.started', 'phase.ended', 'run.ended'],
  );
  await journal.close();
  t.equal(existsSync(`${file}.reserve`), false);
});

test(
  'a disk that takes nothing is reported once and does not throw',
  { skip: !existsSync('/dev/full') && 'no /dev/full' },
  async (t) => {
    const failures: Error[] = [];
    const journal = openNdjsonJournal('/dev/full', (error) => failures.push(error));
    t.teardown(() => rmSync('/dev/full.reserve', { force: true }));
    for (let index = 0; index < 3; index += 1) {
      journal.write({ t: index, type: 'phase.started', phase: 'baseline' });
      await journal.sync();
    }
    await journal.close();
    t.equal(failures.length, 1);
    t.match(failures[0], { code: 'ENOSPC' });
  },
);
