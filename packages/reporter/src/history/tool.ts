import type { EntryOf } from '../journal/entry.ts';
import { Latencies } from '../statistics/latencies.ts';

/** How Gameday itself was doing while it measured. */
export class ToolFold {
  readings = 0;
  rssBytesMax = 0;
  loopDelayMsMax = 0;
  inFlightMax = 0;
  unsent = 0;
  /** Intended to sent, in the baseline: later on the app's own hangs may hold the sockets. */
  readonly sendLag = new Latencies();

  addReading(entry: EntryOf<'tool.reading'>): void {
    this.readings += 1;
    this.rssBytesMax = Math.max(this.rssBytesMax, entry.rssBytes);
    this.loopDelayMsMax = Math.max(this.loopDelayMsMax, entry.loopDelayMsMax);
    this.inFlightMax = Math.max(this.inFlightMax, entry.inFlight);
  }

  addWork(entry: EntryOf<'work.request'>, inBaseline: boolean): void {
    if (entry.sent === null) this.unsent += 1;
    else if (inBaseline) this.sendLag.record(entry.sent - entry.intended);
  }
}
