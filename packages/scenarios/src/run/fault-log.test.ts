import { manualClock, startInjector, type FaultWindow, type Timeline } from '@gameday/injector';
import type { Entry } from '@gameday/reporter/journal';
import { test, type Test } from 'tap';
import { createFaultLog, type FaultLog } from './fault-log.ts';

const window = (id: string, startMs: number, endMs: number): FaultWindow => ({
  id,
  startMs,
  endMs,
  where: { regions: ['us-east-1'] },
  share: { from: 1, to: 1 },
  fault: { kind: 'silent' },
  inFlight: 'spare',
});

/** @param startTakesMs how long it takes to put the timeline in force */
async function stage(t: Test, windows: readonly FaultWindow[], startTakesMs = 0) {
  const clock = manualClock();
  const regions = [{ region: 'us-east-1', upstream: 'http://127.0.0.1:9' }];
  const injector = await startInjector({ regions, seed: 'seed', clock });
  t.teardown(() => injector.stop());
  const entries: Entry[] = [];
  const journal = {
    write: (entry: Entry) => void entries.push(entry),
    sync: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const nemesis = {
    start: (timeline: Timeline) => {
      injector.start(timeline);
      clock.advance(startTakesMs);
    },
    heal: () => injector.heal(),
    account: () => Promise.resolve({ fired: injector.fired(), uncounted: injector.uncounted() }),
    onExchange: () => {},
    onUnanswered: () => {},
    onEntry: () => {},
    onFailed: () => {},
  };
  const log: FaultLog = createFaultLog({ windows }, { clock, originMs: 0, journal, nemesis });
  const told = async (): Promise<readonly string[]> => {
    await log.settled();
    return entries.map((entry) => `${entry.t} ${entry.type} ${'window' in entry ? entry.window : ''}`);
  };
  return { clock, log, told };
}

test('faults that begin late keep to the times of the phases', async (t) => {
  const { clock, log, told } = await stage(t, [
    window('missed', 1_000, 1_500),
    window('cut short', 1_000, 3_000),
    window('whole', 3_000, 4_000),
  ]);
  clock.advance(2_000); // The machine stood still: a second ago the load was 1,000 ms old, and the incident due.
  log.begin(2_000);
  clock.advance(2_500);
  t.strictSame((await told()).toSorted(), [
    '2000 fault.ended missed',
    '2000 fault.started cut short',
    '2000 fault.started missed',
    '3000 fault.ended cut short',
    '3000 fault.started whole',
    '4000 fault.ended whole',
  ]);
});

test('healed in the middle, what is open ends, and what was to come never begins', async (t) => {
  const { clock, log, told } = await stage(t, [window('open', 0, 3_000), window('to come', 2_000, 3_000)]);
  log.begin(0);
  clock.advance(1_000);
  log.end();
  clock.advance(5_000);
  t.strictSame(await told(), ['0 fault.started open', '1000 fault.ended open']);
});

test('a short window at the end is told of, however slow the machine', async (t) => {
  const windows = [window('long', 0, 1_000), window('short', 1_000, 1_080)];
  const slow = await stage(t, windows, 200);
  slow.log.begin(0);
  slow.clock.advance(1_000);
  t.strictSame((await slow.told()).toSorted(), [
    '1000 fault.ended long',
    '1000 fault.started short',
    '1080 fault.ended short',
    '200 fault.started long',
  ]);

  const still = await stage(t, windows);
  still.clock.schedule(1_000, () => still.log.end()); // It has its turn before the window's beginning.
  still.log.begin(0);
  still.clock.advance(1_000);
  t.strictSame((await still.told()).toSorted(), [
    '0 fault.started long',
    '1000 fault.ended long',
    '1000 fault.ended short',
    '1000 fault.started short',
  ]);
});
