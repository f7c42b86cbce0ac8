import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '@gameday/injector';
import { ControlRefusal } from './control-client.ts';

const TRIES_EVERY_MS = 100;

/**
 * Tries again for so long where the network fails; what the injector refuses stays refused.
 * @param attempt told whether an earlier one may have come through, with its answer lost
 * @throws {ControlRefusal} what the injector refuses; else the last failure, when the time is over
 */
export async function insist<Result>(forMs: number, attempt: (again: boolean) => Promise<Result>): Promise<Result> {
  const untilMs = systemClock.now() + forMs;
  for (let again = false; ; again = true) {
    try {
      return await attempt(again);
    } catch (error) {
      if (error instanceof ControlRefusal || systemClock.now() >= untilMs) throw error;
      await sleep(TRIES_EVERY_MS);
    }
  }
}
