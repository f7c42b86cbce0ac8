/**
 * Holds the lease of a run on AWS FIS, whose experiments would outlive it: when the runner is gone, even by `kill -9`,
 * or says nothing for a while, it stops them.
 *
 * Run as `node fis-guardian.js` with an IPC channel; see fis-guardian-link.ts.
 */
import { z } from 'zod';
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
  if (news.experiments.length === 0) return;
  // Only now: whoever dies early must find this process listening.
  const { FisAccess, isEnded } = await import('./fis-access.ts');
  const access = new FisAccess(news.endpoint);
  const pending = new Map(news.experiments.map((place) => [place.id, place]));
  for (let tries = 0; tries < TRIES && pending.size > 0; tries += 1) {
    for (const place of pending.values()) {
      await access.stop(place).catch(() => {});
      const reading = await access.read(place).catch(() => null);
      if (reading !== null && isEnded(reading.status)) pending.delete(place.id);
    }
    if (pending.size > 0) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
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

let left = false;
const runnerLeft = (): void => {
  if (left) return;
  left = true;
  clearTimeout(lapse);
  void stopEverything();
};
process.once('disconnect', runnerLeft);
holdLease();
process.send?.('ready');
