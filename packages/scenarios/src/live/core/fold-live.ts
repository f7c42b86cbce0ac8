import type { Entry, EntryOf } from '@gameday/reporter/journal';
import { incidentMoment } from '../../core/life/incident-clock.ts';
import { Curves, type Series } from './curves.ts';
import type { LiveError, LiveFault, LivePhase, LiveRegion, LiveView, Tally } from './live-view.ts';

type Counts = { -readonly [Key in keyof Tally]: Tally[Key] };

const ERRORS_SHOWN = 8;
const SERVER_ERROR = 500;

const eachSeries = <Value>(make: (series: Series) => Value): Record<Series, Value> => ({
  read: make('read'),
  write: make('write'),
  control: make('control'),
  s3: make('s3'),
});

/** What an app answered may be a page: its markup says nothing to a person. */
const readable = (detail: string): string =>
  detail
    .replaceAll(/<[^>]*(?:>|$)/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/:$/, '');

/** A run as its journal tells it, folded entry by entry into what a person wants to see. */
export class LiveFold {
  readonly #run: EntryOf<'run.started'>;
  readonly #curves: Curves;
  readonly #endMs: number;
  #stage: LiveView['stage'] = 'starting';
  /** When the load began, on the run's clock. */
  #loadBegan: number | null = null;
  #phase = -1;
  readonly #over = new Set<string>();
  readonly #inForce = new Set<string>();
  readonly #healed = new Set<string>();
  readonly #fired = new Map<string, number>();
  readonly #regions: Map<string, { exchanges: number; struck: number }>;
  readonly #total: Record<Series, Counts> = eachSeries(() => ({ due: 0, good: 0 }));
  #struck = 0;
  #unanswered = 0;
  readonly #writes = { acked: 0, unclear: 0, audited: 0, lost: 0 };
  readonly #errors: LiveError[] = [];
  #waiting = 0;
  #end: LiveView['end'] = null;

  /** @param run the journal's first entry */
  constructor(run: EntryOf<'run.started'>) {
    this.#run = run;
    this.#endMs = run.plan.phases.at(-1)?.endMs ?? 0;
    this.#curves = new Curves(this.#endMs);
    this.#regions = new Map(run.plan.regions.map((name) => [name, { exchanges: 0, struck: 0 }]));
  }

  /** Takes the next entry of the journal; what comes after the last one is left out. */
  add(entry: Entry): void {
    if (this.#end !== null) return;
    switch (entry.type) {
      case 'phase.started':
        this.#enter(entry);
        return;
      case 'phase.ended':
        this.#over.add(entry.phase);
        this.#leave();
        return;
      case 'fault.started':
        this.#inForce.add(entry.window);
        return;
      case 'fault.ended':
        this.#inForce.delete(entry.window);
        this.#healed.add(entry.window);
        this.#fired.set(entry.window, entry.fired);
        return;
      case 's3.exchange':
        this.#addExchange(entry);
        return;
      case 's3.unanswered':
        this.#unanswered += 1;
        this.#fired.set(entry.window, (this.#fired.get(entry.window) ?? 0) + 1);
        return;
      case 'work.request':
        this.#addRequest(entry);
        return;
      case 'ledger.acked':
        this.#writes.acked += 1;
        return;
      case 'ledger.unknown':
        this.#writes.unclear += 1;
        return;
      case 'ledger.audited':
        this.#stage = 'auditing';
        this.#writes.audited += 1;
        if (entry.acked && (entry.found === 'absent' || entry.found === 'corrupted')) this.#writes.lost += 1;
        return;
      case 'tool.reading':
        this.#waiting = entry.inFlight;
        return;
      case 'run.ended':
        this.#stage = 'ended';
        this.#waiting = 0;
        this.#end = { reason: entry.reason, detail: entry.detail };
        this.#inForce.clear();
        return;
      case 'run.started':
      case 'target.started':
      case 'target.ready':
      case 'target.output':
      case 'target.exited':
      case 'event.started':
      case 'event.ended':
      case 'hypothesis.checked':
      case 'guardrail.tripped':
      case 'lease.expired':
      case 'exchanges.lost':
      case 'injector.reading':
      case 'ledger.deleted':
      case 'ledger.listed':
      case 'ledger.state':
      case 'process.reading':
      case 'alert.seen':
      case 'probe.reading':
    }
  }

  /** What there is to see. @param nowMs on the run's clock */
  view(nowMs: number): LiveView {
    const { plan, runId } = this.#run;
    const loadMs = this.#loadMs(nowMs);
    return {
      run: {
        id: runId,
        title: plan.scenario.title,
        target: plan.target.name,
        seed: plan.seed,
        speed: plan.clock.speed,
      },
      stage: this.#stage,
      clock: this.#stage === 'ended' ? null : this.#clock(loadMs),
      loadMs,
      endMs: this.#endMs,
      phases: plan.phases.map((phase, index) => this.#viewPhase(phase, index)),
      regions: [...this.#regions].map(([name, counts]) => this.#viewRegion(name, counts)),
      faults: plan.windows.map(({ id, phase, sentence }) => ({
        id,
        phase,
        sentence,
        state: this.#inForce.has(id) ? 'in force' : this.#healed.has(id) ? 'over' : 'ahead',
        fired: this.#fired.get(id) ?? 0,
      })) satisfies LiveFault[],
      pointMs: this.#curves.pointMs,
      points: [...this.#curves.pointsUntil(loadMs)],
      total: eachSeries((series) => ({ ...this.#total[series] })),
      recent: eachSeries((series) => this.#curves.recent(series, loadMs)),
      waiting: this.#waiting,
      struck: this.#struck,
      unanswered: this.#unanswered,
      writes: { ...this.#writes },
      errors: [...this.#errors],
      end: this.#end,
    };
  }

  #loadMs(nowMs: number): number {
    return this.#loadBegan === null ? 0 : Math.max(0, Math.min(nowMs - this.#loadBegan, this.#endMs));
  }

  #clock(loadMs: number): string | null {
    const phase = this.#run.plan.phases[this.#phase];
    return phase === undefined ? null : incidentMoment(this.#run.plan.clock, phase, loadMs);
  }

  #enter({ t, phase: id }: EntryOf<'phase.started'>): void {
    const { phases } = this.#run.plan;
    this.#phase = phases.findIndex((phase) => phase.id === id);
    const phase = phases[this.#phase];
    if (phase === undefined) return;
    this.#loadBegan ??= t - phase.startMs;
    this.#stage = phase.stage;
  }

  /** Between the baseline and the incident the hypothesis is judged; after the last phase comes the audit. */
  #leave(): void {
    if (this.#stage === 'baseline') this.#stage = 'judging';
    if (this.#phase === this.#run.plan.phases.length - 1) this.#stage = 'auditing';
  }

  #addExchange(entry: EntryOf<'s3.exchange'>): void {
    const failed = entry.outcome !== 'answered' || (entry.status ?? SERVER_ERROR) >= SERVER_ERROR;
    this.#total.s3.due += 1;
    if (!failed) this.#total.s3.good += 1;
    const region = this.#regions.get(entry.region);
    if (region !== undefined) region.exchanges += 1;
    if (entry.fault !== null) {
      this.#struck += 1;
      if (region !== undefined) region.struck += 1;
      this.#fired.set(entry.fault.window, (this.#fired.get(entry.fault.window) ?? 0) + 1);
    }
    if (this.#loadBegan !== null) this.#curves.add('s3', entry.t - this.#loadBegan, !failed);
  }

  #addRequest(entry: EntryOf<'work.request'>): void {
    const good = entry.outcome === 'good';
    const counts = this.#total[entry.class];
    counts.due += 1;
    if (good) counts.good += 1;
    if (this.#loadBegan === null) return;
    const loadMs = entry.ended - this.#loadBegan;
    this.#curves.add(entry.class, loadMs, good);
    if (!good) this.#addError(entry, loadMs);
  }

  #addError({ step, outcome, detail }: EntryOf<'work.request'>, loadMs: number): void {
    const at = this.#clock(loadMs) ?? `${(loadMs / 1_000).toFixed(1)} s`;
    const text = detail === '' ? outcome : readable(detail);
    const last = this.#errors.findIndex((error) => error.step === step && error.text === text);
    const count = last === -1 ? 1 : (this.#errors[last]?.count ?? 0) + 1;
    if (last !== -1) this.#errors.splice(last, 1);
    this.#errors.push({ at, step, text, count });
    if (this.#errors.length > ERRORS_SHOWN) this.#errors.shift();
  }

  #viewPhase(phase: EntryOf<'run.started'>['plan']['phases'][number], index: number): LivePhase {
    const { id, title, stage, startMs, endMs, notes } = phase;
    const clock = incidentMoment(this.#run.plan.clock, phase, startMs);
    const now = index === this.#phase && !this.#over.has(id) && this.#end === null;
    const state = now ? 'now' : this.#over.has(id) ? 'over' : 'ahead';
    return { id, title, stage, startMs, endMs, clock, notes, state };
  }

  #viewRegion(name: string, { exchanges, struck }: { exchanges: number; struck: number }): LiveRegion {
    const faults = this.#run.plan.windows
      .filter(({ id, regions }) => this.#inForce.has(id) && regions.includes(name))
      .map(({ sentence }) => sentence);
    return { name, faults, exchanges, struck };
  }
}
