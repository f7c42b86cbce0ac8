import { createReadStream, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { entrySchema, type Entry } from '@gameday/reporter/journal';
import { toolkitJournal } from '../chaos-toolkit/core/toolkit-journal.ts';
import { CliError } from './cli-error.ts';

/** What a journal.json has no room for: there are thousands of them. */
const LEFT_OUT = /^\{"t":[\d.]+,"type":"(?:s3\.exchange|work\.request|ledger\.|tool\.reading|target\.output)/;

/** Writes a run's journal in the format of Chaos Toolkit. @throws {CliError} where it holds no run */
export async function writeToolkitJournal(journal: string, file: string): Promise<void> {
  const entries: Entry[] = [];
  for await (const line of createInterface({ input: createReadStream(journal, { encoding: 'utf8' }) })) {
    if (LEFT_OUT.test(line)) continue;
    const entry = entrySchema.safeParse(parseLine(line));
    if (entry.success) entries.push(entry.data);
  }
  const first = entries.find((entry) => entry.type === 'run.started');
  const startedMs = Date.parse(first?.at ?? '');
  const written = toolkitJournal(entries, startedMs, (ms) => new Date(ms).toISOString());
  if (written === null) throw new CliError(`${journal} holds no run`, 'name the journal.ndjson of a run', 'usage');
  writeFileSync(file, `${JSON.stringify(written, null, 2)}\n`);
}

/** The last line may be torn. */
function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
