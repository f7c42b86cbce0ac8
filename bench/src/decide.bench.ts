import { decide, prepareTimeline, startInjector, type Exchange, type FaultWindow } from '@gameday/injector';
import { atMost, median, type Figure } from './figure.ts';

const ROUNDS = 21;
const DECISIONS = 20_000;
const SWAPS = 50;
const WINDOWS = 100;
const DECISION_MAX_US = 2;
const SWAP_MAX_MS = 1;

/** Every window of them draws, and hardly any strikes: none spares the next its turn. */
const windows = Array.from({ length: WINDOWS }, (_, index): FaultWindow => ({
  id: `w${index}`,
  startMs: 0,
  endMs: 3_600_000,
  where: { regions: ['us-east-1'] },
  share: { from: 0.000_1, to: 0.000_1 },
  fault: { kind: 'http-error', code: 'SlowDown', applied: false },
  inFlight: 'spare',
}));

const exchanges = Array.from({ length: 1_024 }, (_, index): Exchange => ({
  id: index,
  region: 'us-east-1',
  operation: 'GetObject',
  class: 'read',
  method: 'GET',
  bucket: 'photos',
  key: `albums/2026/${index}.jpg`,
  invocation: `invocation-${index}`,
  attempt: 1,
  attemptsMax: 3,
  occurrence: 1,
}));

function decisionUs(): number {
  const timeline = prepareTimeline({ windows }, 'bench');
  let struck = 0;
  const before = process.cpuUsage(); // CPU time: others use the machine too
  for (let count = 0; count < DECISIONS; count += 1) {
    const exchange = exchanges[count % exchanges.length];
    if (exchange !== undefined && decide(timeline, exchange, 1_000).length > 0) struck += 1;
  }
  const { user, system } = process.cpuUsage(before);
  const us = (user + system) / DECISIONS;
  if (struck === 0) throw new Error('no window ever struck');
  return us;
}

async function swapMs(): Promise<number> {
  const injector = await startInjector({
    regions: [{ region: 'us-east-1', upstream: 'http://127.0.0.1:1' }],
    seed: 'bench',
  });
  const taken: number[] = [];
  for (let count = 0; count < SWAPS; count += 1) {
    const begun = performance.now();
    injector.start({ windows });
    taken.push(performance.now() - begun);
  }
  await injector.stop();
  return median(taken);
}

/** Deciding an exchange's fate with 100 windows in force that all draw, and putting such a timeline in force. */
export async function run(): Promise<readonly Figure[]> {
  const rounds = Array.from({ length: ROUNDS }, decisionUs);
  const decision = median(rounds);
  const swap = await swapMs();
  return [
    atMost('decide', `us a decision, ${WINDOWS} windows that draw`, decision, DECISION_MAX_US, 'the budget', 1),
    atMost('decide', `ms to swap a timeline of ${WINDOWS} windows`, swap, SWAP_MAX_MS, 'the budget', 1),
  ];
}
