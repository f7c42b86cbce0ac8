// A gauge for each region: 1 after a failure, 0 after a success. Whoever scrapes all servers sees whether a region has
// failed on many of them, or a single server has lost every region.
import { Gauge, Registry } from 'prom-client';

const RECHECK_MS = 1_000;

/**
 * @param {readonly string[]} regions
 * @param {(region: string) => Promise<unknown>} check asks a region something cheap
 */
export function regionGauges(regions, check) {
  const registry = new Registry();
  const gauge = new Gauge({
    name: 's3_region_failing',
    help: '1 where the last request of this server to the region failed.',
    labelNames: ['region'],
    registers: [registry],
  });
  const failing = new Map();
  const report = (region, isFailing) => {
    failing.set(region, isFailing);
    gauge.set({ region }, isFailing ? 1 : 0);
  };
  for (const region of regions) report(region, false);
  // Prompts are asked for rarely, and a gauge keeps what it last said: a failing region is asked until it is back.
  setInterval(() => {
    for (const [region, isFailing] of failing) {
      if (!isFailing) continue;
      check(region).then(
        () => report(region, false),
        () => report(region, true),
      );
    }
  }, RECHECK_MS);
  return { report, metrics: async () => ({ status: 200, body: await registry.metrics() }) };
}
