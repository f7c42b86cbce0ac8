// A bench process: the injector that is soaked. It restarts its timeline whenever it has run out and tells, on `sample`,
// what it holds after healing and a full collection of garbage. Started with --expose-gc.
import { subscribe } from 'node:diagnostics_channel';
import { readdirSync } from 'node:fs';
import { startInjector } from '@gameday/injector';
import type { SoakMessage } from './sample.ts';
import { everyFault } from './timeline.ts';

const REGION = 'us-east-1';
let exchanges = 0;
let readByNode = 0;
subscribe('http.server.request.start', () => {
  readByNode += 1;
});
const injector = await startInjector({
  regions: [{ region: REGION, upstream: process.argv[2] ?? '' }],
  seed: 'soak',
  onExchange: () => {
    exchanges += 1;
  },
});
const tell = (message: SoakMessage): void => {
  process.send?.(message);
};
let struck = 0;
let turns = 0;

function sample(): void {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  tell({
    kind: 'sample',
    exchanges,
    carried: exchanges - readByNode,
    struck,
    inFlight: injector.inFlight,
    rssBytes: rss,
    heapBytes: heapUsed + external,
    timers: resources.filter((name) => name === 'Timeout').length,
    handles: resources.length,
    files: readdirSync('/proc/self/fd').length,
  });
}

process.on('message', (message) => {
  if (message === 'start') {
    injector.start(everyFault(REGION, turns));
    turns += 1;
  }
  if (message === 'heal') {
    for (const count of injector.fired().values()) struck += count;
    injector.heal();
  }
  if (message === 'sample') sample();
});
process.on('disconnect', () => process.exit());
tell({ kind: 'ready', endpoint: injector.endpoints.get(REGION) ?? '' });
