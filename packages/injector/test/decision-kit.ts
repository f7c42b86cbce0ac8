// What tests of the pure core decide about: one exchange, and windows around it.
import type { Exchange } from '../src/core/exchange.ts';
import type { Fault } from '../src/core/fault.ts';
import { prepareTimeline, type PreparedTimeline } from '../src/core/prepared-timeline.ts';
import type { FaultWindow } from '../src/core/timeline.ts';

export const get: Exchange = {
  id: 1,
  region: 'us-east-1',
  operation: 'GetObject',
  class: 'read',
  method: 'GET',
  bucket: 'photos',
  key: 'a/1.jpg',
  invocation: 'i-1',
  attempt: 1,
  attemptsMax: 3,
};

export function window(fault: Fault, over: Partial<FaultWindow> = {}): FaultWindow {
  return {
    id: 'w1',
    startMs: 1_000,
    endMs: 2_000,
    where: { regions: ['us-east-1'] },
    share: { from: 1, to: 1 },
    fault,
    inFlight: 'spare',
    ...over,
  };
}

export const silent: Fault = { kind: 'silent' };
export const prepared = (...windows: readonly FaultWindow[]): PreparedTimeline => prepareTimeline({ windows }, 'seed');
