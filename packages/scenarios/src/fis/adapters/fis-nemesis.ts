import type { ExchangeEvent } from '@gameday/injector';
import type { InjectorNemesis } from '../../adapters/injector-nemesis.ts';
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

/**
 * AWS FIS as the nemesis. The injector breaks nothing then: it only sees what the app's requests to S3 meet. One that
 * gets no answer, or a failure of S3, while FIS cuts its region off is put down to FIS.
 */
export function fisNemesis(observer: InjectorNemesis, parts: FisNemesisParts): InjectorNemesis {
  const { plan, driver, templates, token } = parts;
  const windows = plan.timeline.windows;
  const fired = new Map(windows.map(({ id }) => [id, 0]));
  const running = new Set<string>();
  const listeners: ((event: ExchangeEvent) => void)[] = [];
  const following = new AbortController();
  const zeroMs = plan.phases.find(({ stage }) => stage === 'incident')?.startMs ?? 0;
  let begunMs: number | null = null;
  let over: Promise<unknown> = Promise.resolve();

  const onReading = ({ template }: AppliedTemplate, { actions }: ExperimentReading): void => {
    for (const [name, status] of Object.entries(actions)) {
      const key = `${template.name}/${name}`;
      if (status === 'running' || status === 'stopping') running.add(key);
      else running.delete(key);
    }
  };
  /** The window that a running action stands for: of several of its name the one that is due. */
  const inForce = (region: string): Plan['timeline']['windows'][number] | undefined => {
    const atMs = zeroMs + performance.now() - (begunMs ?? performance.now());
    const named = windows.filter(({ id, where }) => {
      const name = id.replace(/^fis\/\d+-/, '');
      return where.regions.includes(region) && [...running].some((key) => key.includes(`/${name}-`));
    });
    const distance = ({ startMs, endMs }: (typeof windows)[number]): number =>
      Math.max(startMs - atMs, atMs - endMs, 0);
    return named.toSorted((one, other) => distance(one) - distance(other))[0];
  };
  observer.onExchange((event) => {
    const met = event.outcome !== 'answered' || (event.status ?? 0) >= 500;
    const window = met && event.fault === null ? inForce(event.exchange.region) : undefined;
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
    fired: () => new Map(fired),
    onExchange: (listener) => {
      listeners.push(listener);
    },
    stop: async () => {
      heal();
      await over;
      await driver.stopAll();
      await observer.stop();
    },
  };
}
