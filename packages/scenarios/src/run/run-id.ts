import { randomBytes } from 'node:crypto';

/** Names a run by when it began and what it runs: sorts by time, safe as a folder name, unique. */
export function newRunId(scenario: string, now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replaceAll(':', '-');
  return `${stamp}-${scenario}-${randomBytes(2).toString('hex')}`;
}
