import type { Entry, EntryOf } from '../journal/entry.ts';
import type { StepClass } from '../journal/plan-record.ts';
import type { JournalLine } from '../journal/read.ts';
import { BackOffs } from './back-offs.ts';
import { EventLog } from './events.ts';
import { ExchangeCell } from './exchanges.ts';
import { Forensics } from './forensics.ts';
import { Hedges } from './hedges.ts';
import { type History, JournalError, plannedHealMs } from './history.ts';
import { LedgerBook } from './ledger.ts';
import { Lives } from './lives.ts';
import { Operations } from './operations.ts';
import { PhaseTracker } from './phases.ts';
import { RecoveryFold } from './recovery.ts';
import { Registers } from './registers.ts';
import { SecondsFold } from './seconds.ts';
import { SeriesFold } from './series.ts';
import { SlowAnswers } from './slow-answers.ts';
import { ToolFold } from './tool.ts';
import { WatchLog } from './watch.ts';
import { WorkCell } from './work.ts';

const emptyWork = (): Record<StepClass, WorkCell> => ({
  read: new WorkCell(),
  write: new WorkCell(),
  control: new WorkCell(),
});

/** Takes entries in the order of the journal; `history()` may be asked at any time. */
class HistoryFold {
  readonly #run: EntryOf<'run.started'>;
  readonly #tracker: PhaseTracker;
  readonly #work: readonly Record<StepClass, WorkCell>[];
  readonly #exchanges: readonly ExchangeCell[];
  readonly #slow: readonly SlowAnswers[];
  readonly #struckWhileOpen: number[];
  readonly #known: { readonly windows: ReadonlySet<string>; readonly regions: ReadonlySet<string> };
  readonly #healMs: number | null;
  readonly #operations = new Operations();
  readonly #backOffs = new BackOffs();
  readonly #series: SeriesFold;
  readonly #recovery = new RecoveryFold();
  readonly #seconds = new SecondsFold();
  readonly #registers = new Registers();
  readonly #watch = new WatchLog();
  readonly #lives = new Lives();
  readonly #hedges = new Hedges();
  readonly #forensics = new Forensics();
  readonly #ledger = new LedgerBook();
  readonly #tool = new ToolFold();
  readonly #events = new EventLog();
  #end: EntryOf<'run.ended'> | null = null;
  #lastAt = 0;

  constructor(run: EntryOf<'run.started'>) {
    const { plan } = run;
    this.#run = run;
    this.#tracker = new PhaseTracker(plan);
    this.#work = plan.phases.map(emptyWork);
    this.#exchanges = plan.phases.map(() => new ExchangeCell());
    this.#slow = plan.phases.map(() => new SlowAnswers());
    this.#struckWhileOpen = plan.phases.map(() => 0);
    this.#known = { windows: new Set(plan.windows.map((window) => window.id)), regions: new Set(plan.regions) };
    this.#healMs = plannedHealMs(plan);
    this.#series = new SeriesFold(plan);
  }

  add(entry: Entry): void {
    this.#lastAt = Math.max(this.#lastAt, entry.t);
    switch (entry.type) {
      case 'run.started':
        return;
      case 'run.ended':
        this.#end ??= entry;
        return;
      case 'phase.started':
      case 'phase.ended':
      case 'fault.started':
      case 'fault.ended':
        this.#tracker.add(entry);
        return;
      case 's3.exchange':
        this.#addExchange(entry);
        return;
      case 's3.unanswered':
        this.#addUnanswered(entry);
        return;
      case 'work.request':
        this.#addWork(entry);
        return;
      case 'ledger.acked':
        this.#registers.addAck(entry);
        this.#ledger.add(entry);
        return;
      case 'ledger.unknown':
        this.#registers.addUnknown(entry);
        this.#ledger.add(entry);
        return;
      case 'ledger.deleted':
      case 'ledger.audited':
      case 'ledger.state':
      case 'ledger.listed':
        this.#ledger.add(entry);
        return;
      case 'tool.reading':
        this.#tool.addReading(entry);
        return;
      case 'exchanges.lost':
        this.#tool.addLost(entry);
        return;
      case 'injector.reading':
        this.#tool.addInjectorReading(entry);
        return;
      case 'alert.seen':
        this.#watch.addAlert(entry);
        return;
      case 'probe.reading':
        this.#watch.addReading(entry);
        return;
      case 'process.reading':
        this.#lives.addReading(entry);
        return;
      case 'target.started':
        this.#lives.addStart(entry);
        return;
      case 'target.ready':
        this.#lives.addReady(entry);
        return;
      case 'target.exited':
        this.#lives.addExit(entry);
        this.#events.add(entry);
        return;
      case 'hypothesis.checked':
        this.#events.add({ ...entry, t: this.#judgedAt(entry) });
        return;
      case 'target.output':
      case 'event.started':
      case 'event.ended':
      case 'guardrail.tripped':
      case 'lease.expired':
        this.#events.add(entry);
    }
  }

  /** What is judged of a phase, later on, belongs to its end. */
  #judgedAt({ t, phase }: EntryOf<'hypothesis.checked'>): number {
    return this.#tracker.phases.find(({ record }) => record.id === phase)?.end ?? t;
  }

  #addWork(entry: EntryOf<'work.request'>): void {
    const index = this.#phaseOf(entry);
    const phase = this.#tracker.phases[index];
    const loadStart = this.#tracker.loadStart;
    if (phase === undefined || loadStart === null) return;
    this.#work[index]?.[entry.class].add(entry, this.#run.plan.patienceMs);
    this.#slow[index]?.add(entry, this.#run.plan.patienceMs);
    this.#tool.addWork(entry, phase.record.stage === 'baseline');
    this.#registers.addRead(entry, index);
    this.#series.addWork(entry, entry.intended - loadStart);
    this.#seconds.addWork(entry, entry.intended - loadStart);
    if (this.#healMs !== null) this.#recovery.addWork(entry, entry.intended - loadStart - this.#healMs);
  }

  /** What was under way when the baseline ended, and failed after it, was struck by the incident. */
  #phaseOf({ intended, ended, outcome }: EntryOf<'work.request'>): number {
    const index = this.#tracker.phaseAt(intended);
    const phase = this.#tracker.phases[index];
    const isCut = phase?.record.stage === 'baseline' && phase.end !== null && ended > phase.end && outcome !== 'good';
    return isCut && index + 1 < this.#tracker.phases.length ? index + 1 : index;
  }

  #addExchange(entry: EntryOf<'s3.exchange'>): void {
    this.#tool.addExchange(entry);
    const index = this.#tracker.phaseAt(entry.started);
    const loadStart = this.#tracker.loadStart;
    if (loadStart === null) return;
    if (entry.fault !== null) this.#countStruck(entry);
    const { phase: began, pause } = this.#operations.add(entry, index);
    this.#exchanges[began]?.addAttempt(entry.attempt);
    const cell = this.#exchanges[index];
    if (cell === undefined) return;
    cell.add(entry, this.#known);
    this.#backOffs.addStart(entry.started);
    this.#hedges.add(entry);
    this.#forensics.add(entry, index);
    if (pause !== null) {
      cell.pauses.record(pause.to - pause.from);
      this.#backOffs.addPause(pause);
    }
    this.#series.addExchange(entry, entry.started - loadStart);
    this.#seconds.addExchange(entry.started - loadStart);
    if (this.#healMs !== null) this.#recovery.addExchange(entry.started - loadStart - this.#healMs);
  }

  #addUnanswered(entry: EntryOf<'s3.unanswered'>): void {
    const loadStart = this.#tracker.loadStart;
    if (loadStart === null || !this.#known.windows.has(entry.window)) return;
    this.#countStruck(entry);
    this.#exchanges[this.#tracker.phaseAt(entry.started)]?.addUnanswered(entry);
    this.#seconds.addUnanswered(entry.started - loadStart, entry.t - loadStart);
  }

  /** What meets a fault meets it in each phase that it is under way in. */
  #countStruck({ started, t }: { readonly started: number; readonly t: number }): void {
    for (const [at, phase] of this.#tracker.phases.entries()) {
      const open = phase.start !== null && phase.start <= t && (phase.end === null || phase.end > started);
      if (open) this.#struckWhileOpen[at] = (this.#struckWhileOpen[at] ?? 0) + 1;
    }
  }

  history(journal: History['journal']): History {
    this.#ledger.resolve();
    return {
      run: this.#run,
      plan: this.#run.plan,
      end: this.#end,
      lastAt: this.#lastAt,
      loadStart: this.#tracker.loadStart,
      phases: this.#tracker.phases.map((span, index) => ({
        ...span,
        work: this.#work[index] ?? emptyWork(),
        exchanges: this.#exchanges[index] ?? new ExchangeCell(),
        slow: this.#slow[index] ?? new SlowAnswers(),
        struckWhileOpen: this.#struckWhileOpen[index] ?? 0,
      })),
      windows: this.#tracker.windows,
      slowestBackOffMs: this.#backOffs.slowestMs,
      series: { bucketMs: this.#series.bucketMs, buckets: this.#series.buckets },
      recovery: this.#recovery.seconds,
      seconds: this.#seconds.seconds,
      registers: this.#registers,
      watch: this.#watch,
      lives: this.#lives.all,
      hedges: this.#hedges,
      forensics: this.#forensics,
      ledger: this.#ledger,
      tool: this.#tool,
      happenings: this.#events.happenings,
      hypothesis: this.#events.hypothesis,
      journal,
    };
  }
}

/**
 * Folds a journal's lines into a history, one at a time.
 *
 * @throws JournalError where the first entry is not `run.started`: without the plan nothing can be graded.
 */
export async function foldHistory(lines: AsyncIterable<JournalLine>): Promise<History> {
  let fold: HistoryFold | null = null;
  let entries = 0;
  let malformed = 0;
  let firstMalformed: string | null = null;
  let unknown = 0;
  let torn = false;
  for await (const line of lines) {
    if (fold === null) {
      if (line.kind !== 'entry' || line.entry.type !== 'run.started') throw new JournalError(whyNoJournal(line));
      fold = new HistoryFold(line.entry);
      entries += 1;
      continue;
    }
    switch (line.kind) {
      case 'entry':
        entries += 1;
        if (line.entry.type === 'run.started') {
          malformed += 1;
          firstMalformed ??= `line ${line.line}: a second run begins`;
        } else fold.add(line.entry);
        break;
      case 'unknown':
        unknown += 1;
        break;
      case 'malformed':
        malformed += 1;
        firstMalformed ??= `line ${line.line}: ${line.why}`;
        break;
      case 'torn':
        torn = true;
    }
  }
  if (fold === null) {
    throw new JournalError('the journal is empty; a run writes journal.ndjson into its folder under runs/');
  }
  return fold.history({ entries, malformed, firstMalformed, unknown, torn });
}

function whyNoJournal(line: JournalLine): string {
  const what =
    line.kind === 'entry'
      ? `the first entry is ${line.entry.type}, not run.started: the head of the journal is missing`
      : line.kind === 'unknown'
        ? 'the first entry is of an unknown type, not run.started'
        : line.kind === 'malformed'
          ? line.why
          : 'the journal breaks off in its first entry';
  return `line ${line.line}: ${what}; give the journal.ndjson of a run that this version's \`chaos run\` has written`;
}
