/**
 * Holds the lease of a run on AWS FIS, whose experiments would outlive it: when the runner is gone, even by `kill -9`,
 * or says nothing for a while, it stops them.
 *
 * Run as `node fis-guardian.js` with an IPC channel; see fis-guardian-link.ts.
 */
import { z } from 'zod';
import { FisAccess } from './fis-access.ts';
import { FisDriver, pause } from './fis-driver.ts';
import type { GuardianNews } from './fis-guardian-link.ts';

const LEASE_MS = 15_000;
const RETRY_MS = 2_000;
const TRIES = 150;

const newsSchema = z.object({
  endpoint: z.string().nullable(),
  experiments: z.array(z.object({ id: z.string(), region: z.string() })),
});

let news: GuardianNews = { endpoint: null, experiments: [] };
let lapse: NodeJS.Timeout | undefined;

// Ctrl-C reaches the whole terminal group; the runner decides.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGPIPE'] as const) process.on(signal, () => {});

/** Stops what was left, again and again until FIS says that it is over. */
async function stopEverything(): Promise<void> {
  const access = new FisAccess(news.endpoint);
  const left = new Map(news.experiments.map((place) => [place.id, place]));
  for (let tries = 0; tries < TRIES && left.size > 0; tries += 1) {
    for (const place of left.values()) {
      await access.stop(place).catch(() => {});
      const driver = new FisDriver(access, null, () => {});
      const reading = await driver.look(place).catch(() => null);
      if (reading !== null && ['completed', 'stopped', 'failed', 'cancelled'].includes(reading.status)) left.delete(place.id);
    }
    if (left.size > 0) await pause(RETRY_MS);
  }
  access.close();
}

const holdLease = (): void => {
  clearTimeout(lapse);
  lapse = setTimeout(() => {
    process.stderr.write('chaos: the run says nothing any more: its FIS experiments are stopped\n');
    void stopEverything();
  }, LEASE_MS);
};

process.on('message', (message) => {
  news = newsSchema.parse(message);
  holdLease();
});
process.once('disconnect', () => {
  clearTimeout(lapse);
  void stopEverything();
});
holdLease();
