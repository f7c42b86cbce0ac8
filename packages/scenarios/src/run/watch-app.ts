import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AlertReceiver } from '../adapters/watch/alert-receiver.ts';
import { startProbe, type ProbeLook } from '../adapters/watch/app-probe.ts';
import { startBrowserProbe } from '../adapters/browser/browser-probe.ts';
import type { BrowserLook } from '../adapters/browser/browser-look.ts';
import { startProcessReadings } from '../adapters/target/process-readings.ts';
import { AlarmBoard, type AlarmChange } from '../core/watch/alarm-board.ts';
import type { BrowserProbe } from '../core/planned-watch.ts';
import { ScreenshotChoice } from '../core/watch/screenshot-choice.ts';
import type { Plan } from '../core/plan.ts';
import type { Target } from '../ports/target.ts';
import type { Watch, WatchEntry } from '../ports/watch.ts';

export interface WatchOptions {
  readonly plan: Pick<Plan, 'probes' | 'alarms' | 'phases'>;
  readonly target: Target;
  readonly runId: string;
  /** The run's folder. */
  readonly folder: string;
  /** Where the app's users find it. */
  readonly url: string;
  /** Where each replica answers by itself. */
  readonly replicaUrls: readonly string[];
  readonly alerts: AlertReceiver;
  /** Milliseconds since the run began. */
  readonly elapsed: () => number;
}

/** Time alone can raise an alarm and clear it. */
const TICK_MS = 200;

/** Looks at the app as its operators do: its health routes, its metrics, its alerts, its log. */
export function watchApp(options: WatchOptions): Watch {
  const { plan, target, replicaUrls, alerts, elapsed } = options;
  const board = new AlarmBoard(plan.alarms ?? []);
  const over = new AbortController();
  const early: WatchEntry[] = [];
  let listener = (entry: WatchEntry): void => void early.push(entry);
  const choice = new ScreenshotChoice(plan.phases);
  const browsers: (() => Promise<void>)[] = [];
  let timer: NodeJS.Timeout | undefined;

  const tell = (entry: WatchEntry): void => {
    if (!over.signal.aborted) listener(entry);
  };
  const told = (changes: readonly AlarmChange[]): void => {
    for (const change of changes) tell({ t: elapsed(), type: 'alert.seen', ...change });
  };
  const onLook = (kind: 'http' | 'metrics', look: ProbeLook): void => {
    tell(readingOf(kind, look, replicaUrls.length > 1));
    told(board.look(elapsed(), look));
  };
  alerts.onAlert((alert) => told(board.alert(elapsed(), alert)));
  target.onOutput(({ line, replica }) => told(board.line(elapsed(), replica ?? 1, line)));
  return {
    onEntry(heard) {
      listener = heard;
      for (const entry of early.splice(0)) heard(entry);
    },
    begin() {
      for (const probe of plan.probes ?? []) {
        if (probe.kind === 'browser') browsers.push(browse(options, probe, choice, tell));
        else startProbe(probe, replicaUrls, elapsed, (look) => onLook(probe.kind, look), over.signal);
      }
      startProcessReadings(target, over.signal, (reading) =>
        tell({ t: elapsed(), type: 'process.reading', ...reading }),
      );
      timer = setInterval(() => told(board.tick(elapsed())), TICK_MS);
    },
    end() {
      clearInterval(timer);
      over.abort();
    },
    async close() {
      this.end();
      await Promise.all(browsers.map((stop) => stop()));
    },
  };
}

function readingOf(kind: 'http' | 'metrics', look: ProbeLook, replicated: boolean): WatchEntry {
  return {
    t: look.ended,
    type: 'probe.reading',
    probe: look.probe,
    kind,
    started: look.started,
    ...(replicated ? { replica: look.replica } : {}),
    usable: look.ok,
    message: look.message,
    ...(look.value === null ? {} : { value: look.value }),
  };
}

/** Journeys through the pages; of their pictures those are kept that tell the story. */
function browse(
  { url, folder, runId, elapsed }: WatchOptions,
  probe: BrowserProbe,
  choice: ScreenshotChoice,
  tell: (entry: WatchEntry) => void,
): () => Promise<void> {
  const began = elapsed();
  return startBrowserProbe({ probe, url, folder, runId }, (look: BrowserLook) => {
    const t = elapsed();
    const { tookMs, ...seen } = look;
    const started = Math.max(0, t - tookMs);
    const keep = look.screenshot !== null && choice.keeps(probe.id, started - began, look);
    if (!keep && look.screenshot !== null) rmSync(join(folder, look.screenshot), { force: true });
    const screenshot = keep ? look.screenshot : null;
    tell({ t, type: 'probe.reading', probe: probe.id, kind: 'browser', started, ...seen, screenshot });
  });
}
