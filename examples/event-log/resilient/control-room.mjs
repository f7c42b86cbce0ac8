// What TUNE's engineers did by hand that day, and resolved to automate: when trackers cannot store in the primary bucket,
// name the failover one and shift traffic to the other region; take it back when all has been well for a while.
import { tellAlertmanager } from '../../shared/alertmanager.mjs';
import { readSwitches, throwSwitches } from './switches.mjs';

/** Clicks by campaign, added up. @param {readonly Record<string, number>[]} all */
export function sumCounts(all) {
  const sum = {};
  for (const [campaign, count] of all.flatMap(Object.entries)) sum[campaign] = (sum[campaign] ?? 0) + count;
  return sum;
}

const EVERY_MS = 200;
const FAILURES_MIN = 4;
const WELL_FOR_MS = 1_500;
const HOME = 'us-east-1';
const ANSWER_WITHIN_MS = 1_000;

/**
 * @param {string} switchFile
 * @param {ReadonlyMap<string, { url: () => string | null }>} trackers by region
 */
export function startControlRoom(switchFile, trackers) {
  const regions = [...trackers.keys()];
  const elsewhere = regions.filter((region) => region !== HOME);
  let alarmSince = new Date();

  async function statusOf(region) {
    try {
      const answer = await fetch(`${trackers.get(region).url()}/status`, {
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      return await answer.json();
    } catch {
      return null;
    }
  }
  /** Tells each tracker what the others have counted: caps hold for all regions together. */
  async function tellCounts(statuses) {
    const tell = async (region, index) => {
      if (statuses[index] === null) return;
      const body = JSON.stringify(sumCounts(statuses.toSpliced(index, 1).map((status) => status?.counts ?? {})));
      await fetch(`${trackers.get(region).url()}/counted-elsewhere`, { method: 'PUT', body }).catch(console.error);
    };
    await Promise.all(regions.map(tell));
  }
  async function look() {
    const statuses = await Promise.all(regions.map(statusOf));
    const seen = statuses.filter((status) => status !== null);
    const { bucket } = readSwitches(switchFile);
    const failing = seen.some(({ primary }) => primary.failures >= FAILURES_MIN);
    const well = seen.every(
      ({ primary }) => primary.goodSince !== null && Date.now() - primary.goodSince >= WELL_FOR_MS,
    );
    if (bucket === 'primary' && failing) {
      throwSwitches(switchFile, { bucket: 'failover', traffic: elsewhere });
      alarmSince = new Date();
      void alert({ startsAt: alarmSince });
    }
    if (bucket === 'failover' && well) {
      throwSwitches(switchFile, { bucket: 'primary', traffic: regions });
      void alert({ startsAt: alarmSince, endsAt: new Date() });
    }
    await tellCounts(statuses);
  }
  void (async () => {
    for (;;) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();
}

/** @param {{ startsAt: Date, endsAt?: Date }} span */
const alert = (span) =>
  tellAlertmanager({
    labels: { alertname: 'ClicksFailOver', severity: 'critical' },
    annotations: { summary: `clicks cannot be stored in ${HOME}; the failover bucket takes them` },
    ...span,
  });
