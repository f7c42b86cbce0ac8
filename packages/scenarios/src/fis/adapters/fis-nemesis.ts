import type { ExchangeEvent } from '@gameday/injector';
import type { InjectorNemesis } from '../../adapters/nemesis/injector-nemesis.ts';
import type { Plan } from '../../core/plan.ts';
import type { ExperimentReading } from './fis-access.ts';
import type { AppliedTemplate, FisDriver } from './fis-driver.ts';
import { followExperiments } from './follow-experiments.ts';

export interface FisNemesisParts {
  readonly plan: Plan;
  readonly driver: FisDriver;
  readonly templates: readonly AppliedTemplate[];
  /** Of this run. */
  readonly token: string;
  /** FIS has stopped by itself: a stop condition, a lever, a person. */
  readonly onStopped: (detail: string) => void;
  /** An experiment failed, or FIS cannot be reached any more. */
  readonly onFailed: (detail: string) => void;
}

type PlannedWindow = Plan['timeline']['windows'][number];

/** While FIS said that an action ran, on this process's clock. */
interface Stretch {
  readonly window: PlannedWindow;
  readonly fromMs: number;
  readonly toMs: number | null;
}

/** An answer that was due for so long while FIS broke its region has met that. */
const WAITED_MS = 1_000;

/** What FIS did to an exchange: it failed while its region was broken, or waited for long. */
function metBy(event: ExchangeEvent, stretches: readonly Stretch[]): PlannedWindow | undefined {
  const failed = event.outcome !== 'answered' || (event.status ?? 0) >= 500;
  return stretches.find(({ window, fromMs, toMs }) => {
    if (!window.where.regions.includes(event.exchange.region)) return false;
    const overlapMs = Math.min(event.endedMs, toMs ?? Infinity) - Math.max(event.startedMs, fromMs);
    return overlapMs > 0 && (failed || overlapMs >= WAITED_MS);
  })?.window;
}

/**
 * AWS FIS as the nemesis. The injector breaks nothing then: it only sees what the app's requests to S3 meet. One that
 * fails, or waits for long, while FIS breaks its region is put down to FIS.
 */
export function fisNemesis(observer: InjectorNemesis, parts: FisNemesisParts): InjectorNemesis {
  const { plan, driver, templates, token } = parts;
  const windows = plan.timeline.windows;
  const fired = new Map(windows.map(({ id }) => [id, 0]));
  const stretches = new Map<string, Stretch>();
  const past: Stretch[] = [];
  const listeners: ((event: ExchangeEvent) => void)[] = [];
  const following = new AbortController();
  const zeroMs = plan.phases.find(({ stage }) => stage === 'incident')?.startMs ?? 0;
  let begunMs: number | null = null;
  let over: Promise<unknown> = Promise.resolve();

  /** The window that an action stands for: of several of its name the one that is due. */
  const windowOf = (action: string): PlannedWindow | undefined => {
    const atMs = zeroMs + performance.now() - (begunMs ?? performance.now());
    const named = windows.filter(({ id }) => action.startsWith(`${id.replace(/^fis\/\d+-/, '')}-`));
    const distance = ({ startMs, endMs }: PlannedWindow): number => Math.max(startMs - atMs, atMs - endMs, 0);
    return named.toSorted((one, other) => distance(one) - distance(other))[0];
  };
  const onReading = ({ template }: AppliedTemplate, { actions }: ExperimentReading): void => {
    for (const [name, status] of Object.entries(actions)) {
      const key = `${template.name}/${name}`;
      const isRunning = status === 'running' || status === 'stopping';
      const known = stretches.get(key);
      const window = isRunning && known === undefined ? windowOf(name) : undefined;
      if (window !== undefined) stretches.set(key, { window, fromMs: performance.now(), toMs: null });
      if (isRunning || known === undefined) continue;
      stretches.delete(key);
      past.push({ ...known, toMs: performance.now() });
    }
  };
  observer.onExchange((event) => {
    const window = event.fault === null ? metBy(event, [...past, ...stretches.values()]) : undefined;
    if (window !== undefined) fired.set(window.id, (fired.get(window.id) ?? 0) + 1);
    const told = window === undefined ? event : { ...event, fault: { windowId: window.id, kind: window.fault.kind } };
    for (const listener of listeners) listener(told);
  });

  const follow = async (): Promise<void> => {
    try {
      const last = await followExperiments(driver, templates, token, { onReading, signal: following.signal });
      if (following.signal.aborted) return;
      const bad = last.find(({ status }) => status !== 'completed');
      if (bad === undefined) return;
      const detail = `the FIS experiment ${bad.id} ${bad.status}: ${bad.reason}`;
      if (bad.status === 'stopped') parts.onStopped(detail);
      else parts.onFailed(detail);
    } catch (error) {
      if (!following.signal.aborted) parts.onFailed(error instanceof Error ? error.message : String(error));
    }
  };
  const heal = (): void => {
    if (begunMs === null || following.signal.aborted) return;
    following.abort();
    over = driver.stopAll().catch((error: unknown) => {
      parts.onFailed(error instanceof Error ? error.message : String(error));
    });
  };
  return {
    endpoints: observer.endpoints,
    start: () => {
      begunMs = performance.now();
      void follow();
    },
    heal,
    account: async () => ({ fired: new Map(fired), uncounted: (await observer.account()).uncounted }),
    onUnanswered: (listener) => observer.onUnanswered(listener),
    onExchange: (listener) => {
      listeners.push(listener);
    },
    onEntry: (listener) => observer.onEntry(listener),
    onFailed: (listener) => observer.onFailed(listener),
    stop: async () => {
      heal();
      await over;
      await driver.stopAll();
      await observer.stop();
    },
  };
}
