import { compareReports, renderComparison } from '@gameday/reporter';
import type { ExitName } from '../exit-codes.ts';
import { readRun } from '../read-run.ts';

export interface CompareRequest {
  readonly a: string;
  readonly b: string;
  readonly json: boolean;
}

/** Says what got better and worse from run A to run B. @throws {CliError} where there is no such run */
export async function compare({ a, b, json }: CompareRequest): Promise<ExitName> {
  const comparison = compareReports(await readRun(a), await readRun(b));
  process.stdout.write(json ? `${JSON.stringify(comparison, null, 2)}\n` : renderComparison(comparison));
  const { a: first, b: second, unlike } = comparison;
  return first.letter === null || second.letter === null || unlike.length > 0 ? 'inconclusive' : 'completed';
}
