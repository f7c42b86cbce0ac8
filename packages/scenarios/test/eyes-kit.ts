import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readReport, type Report } from '@gameday/reporter';
import type { Entry } from '@gameday/reporter/journal';
import { chaos, readEntries, scratch, type Ended } from './chaos-process.ts';

/** The command that starts one of the small apps of these tests. */
export const appCommand = (name: string): string =>
  JSON.stringify([process.execPath, fileURLToPath(new URL(`apps/${name}.js`, import.meta.url))]);

export interface Rehearsed extends Ended {
  readonly folder: string;
  readonly entries: readonly Entry[];
  readonly report: Report;
}

/** A short scenario: a baseline, one phase with these faults, a recovery. */
export const outage = (faults: string, lasting = '3s', rest = ''): string => `
name: outage
title: A short outage
summary: For the tests.
lesson: None.
baseline: 3s
recovery: 3s
phases:
  - id: broken
    title: Broken
    from: T+0s
    to: T+${lasting}
    faults: [${faults}]
${rest}
`;

/** Rehearses a scenario with a target, both as texts, and reads what came of it. */
export async function rehearse(
  t: { teardown: (action: () => void) => void },
  scenario: string,
  target: string,
  files: Readonly<Record<string, string>> = {},
): Promise<Rehearsed> {
  const folder = scratch(t);
  for (const [name, text] of Object.entries({ 'outage.yaml': scenario, 'chaos.yaml': target, ...files })) {
    writeFileSync(join(folder, name), text);
  }
  const ended = await chaos(['run', './outage.yaml', '--out', 'out'], folder);
  const file = join(folder, 'out', 'report.json');
  if (!existsSync(file)) throw new Error(`no report: ${ended.stdout}\n${ended.stderr}`);
  const read = readReport(readFileSync(file, 'utf8'));
  if (!read.ok) throw new Error(read.why);
  return {
    ...ended,
    folder: join(folder, 'out'),
    entries: readEntries(join(folder, 'out', 'journal.ndjson')),
    report: read.report,
  };
}
