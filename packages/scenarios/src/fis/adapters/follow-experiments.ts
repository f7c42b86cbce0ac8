import { FisRefusal, pause, type AppliedTemplate, type FisDriver } from './fis-driver.ts';
import { isEnded, type ExperimentPlace, type ExperimentReading } from './fis-access.ts';

/** How long FIS may be unreachable before everything is stopped. */
const LEASE_MS = 30_000;

/** What is told while experiments run. */
export interface Following {
  /** A reading of an experiment of a template. */
  readonly onReading: (applied: AppliedTemplate, reading: ExperimentReading) => void;
  readonly signal: AbortSignal;
}

/**
 * Starts each template's experiment at its moment, and follows them all to their end.
 * @param token of this run: a second try starts no second experiment
 * @returns the last reading of each
 * @throws {FisRefusal} where FIS cannot be reached for the length of the lease; whatever runs is for the caller to stop
 */
export async function followExperiments(
  driver: FisDriver,
  templates: readonly AppliedTemplate[],
  token: string,
  { onReading, signal }: Following,
): Promise<readonly ExperimentReading[]> {
  const beganMs = performance.now();
  return Promise.all(
    templates.map(async (applied) => {
      await wakeAt(beganMs + applied.template.startMs, signal);
      const place = await driver.start(applied, `${token}-${applied.template.name}`);
      return followOne(driver, place, applied, { onReading, signal });
    }),
  );
}

async function followOne(
  driver: FisDriver,
  place: ExperimentPlace,
  applied: AppliedTemplate,
  { onReading, signal }: Following,
): Promise<ExperimentReading> {
  let heardMs = performance.now();
  for (;;) {
    try {
      const reading = await driver.look(place);
      heardMs = performance.now();
      onReading(applied, reading);
      if (isEnded(reading.status)) return reading;
    } catch (error) {
      if (performance.now() - heardMs > LEASE_MS) {
        throw new FisRefusal(`FIS has not answered for ${LEASE_MS / 1_000} s (${String(error)}): the lease is lost`);
      }
    }
    signal.throwIfAborted();
    await pause(driver.lookMs);
  }
}

async function wakeAt(ms: number, signal: AbortSignal): Promise<void> {
  for (let leftMs = ms - performance.now(); leftMs > 0; leftMs = ms - performance.now()) {
    signal.throwIfAborted();
    await pause(Math.min(leftMs, 250));
  }
}
