import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { followExperiments } from '../../fis/adapters/follow-experiments.ts';
import type { FisChange } from '../../fis/adapters/fis-driver.ts';
import { newRunId } from '../../run/run-id.ts';
import { exitCodes, type ExitName } from '../exit-codes.ts';
import type { FisAccountRequest, FisScenarioRequest } from '../fis-arguments.ts';
import { applyAndPreview, asCliError, openFis } from '../open-fis.ts';
import { planForFis } from '../plan-for-fis.ts';
import { onInterrupt } from '../signals.ts';

/** Starts a scenario's experiments and follows them to their end. @throws {CliError | InputError} */
export async function startFis(
  request: FisAccountRequest & FisScenarioRequest & { readonly out: string | undefined },
): Promise<ExitName> {
  const fis = await planForFis(request);
  const token = newRunId(fis.plan.scenario.name, new Date());
  const journal = changeJournal(request.out ?? join('runs', `fis-${token}`));
  const opened = await openFis(request, fis, true, journal);
  const stopping = new AbortController();
  const forget = onInterrupt((signal) => stopping.abort(new Error(`${signal} received`)), exitCodes.interrupted.code);
  try {
    const templates = await applyAndPreview(opened, fis, token, (line) => process.stderr.write(`${line}\n`));
    const last = await followExperiments(opened.driver, templates, token, {
      onReading: () => {},
      signal: stopping.signal,
    });
    if (last.every(({ status }) => status === 'completed')) return 'completed';
    return last.some(({ status }) => status === 'failed') ? 'environment' : 'guardrail';
  } catch (error) {
    await opened.driver.stopAll();
    if (stopping.signal.aborted) return 'interrupted';
    throw asCliError(error);
  } finally {
    forget();
    opened.close();
  }
}

/** Prints each change and keeps it, a line of JSON each, as it happens. */
function changeJournal(folder: string): (change: FisChange) => void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'fis.ndjson');
  return (change) => {
    appendFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), ...change })}\n`);
    process.stdout.write(`${change.id}  ${change.what}\n`);
  };
}
