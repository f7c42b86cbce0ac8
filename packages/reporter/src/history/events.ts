import type { EntryOf } from '../journal/entry.ts';
import { plural } from '../wording/figures.ts';

/** Something worth telling the reader, as it happened. */
export interface Happening {
  readonly kind: 'guardrail' | 'lease' | 'target' | 'hypothesis' | 'event';
  readonly t: number;
  readonly text: string;
}

type Event = EntryOf<
  | 'target.output'
  | 'target.exited'
  | 'event.started'
  | 'event.ended'
  | 'hypothesis.checked'
  | 'guardrail.tripped'
  | 'lease.expired'
>;

/** The first of each kind tell the story; a chatty target must not fill the report. */
const PER_KIND_MAX = 20;
const TEXT_CHARS_MAX = 400;

/** The rare events of a run: what the target, the guardrails and the hypothesis had to say. */
export class EventLog {
  readonly #happenings: Happening[] = [];
  readonly #counts = new Map<Happening['kind'], number>();
  #errorLines = 0;
  #firstErrorLine: Happening | null = null;
  #lastErrorLine: Happening | null = null;
  #before: boolean | null = null;
  #after: boolean | null = null;

  add(entry: Event): void {
    switch (entry.type) {
      case 'target.output':
        if (entry.stream !== 'stderr' || entry.line.trim() === '') return;
        this.#errorLines += 1;
        this.#lastErrorLine = happening('target', entry.t, entry.line);
        this.#firstErrorLine ??= this.#lastErrorLine;
        return;
      case 'target.exited':
        if (!entry.expected)
          this.#note('target', entry.t, `${whoExited(entry)} exited by itself: ${howItExited(entry)}.`);
        return;
      case 'event.started':
        this.#note('event', entry.t, entry.what);
        return;
      case 'event.ended':
        return;
      case 'hypothesis.checked':
        if (entry.when === 'before') this.#before = entry.held;
        else if (entry.when === 'after') this.#after = entry.held;
        if (!entry.held) {
          const when = whenChecked(entry);
          this.#note('hypothesis', entry.t, `The app was not in its steady state ${when}: ${entry.detail}`);
        }
        return;
      case 'guardrail.tripped':
        this.#note('guardrail', entry.t, `Guardrail "${entry.guardrail}" tripped: ${entry.detail}`);
        return;
      case 'lease.expired':
        this.#note('lease', entry.t, `The lease on the faults expired, so they were healed: ${entry.detail}`);
    }
  }

  get hypothesis(): { readonly before: boolean | null; readonly after: boolean | null } {
    return { before: this.#before, after: this.#after };
  }

  /** In the order of time. */
  get happenings(): readonly Happening[] {
    const output = this.#errorOutput();
    return [...this.#happenings, ...output].toSorted((a, b) => a.t - b.t || (a.text < b.text ? -1 : 1));
  }

  #errorOutput(): readonly Happening[] {
    const [first, last] = [this.#firstErrorLine, this.#lastErrorLine];
    if (first === null || last === null) return [];
    const lines = plural(this.#errorLines, 'line');
    const begin = { ...first, text: `The app wrote ${lines} to its error output; the first: ${first.text}` };
    return first === last
      ? [begin]
      : [begin, { ...last, text: `The last line of the app's error output: ${last.text}` }];
  }

  #note(kind: Happening['kind'], t: number, text: string): void {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    if (count <= PER_KIND_MAX) this.#happenings.push(happening(kind, t, text));
  }
}

const happening = (kind: Happening['kind'], t: number, text: string): Happening => ({
  kind,
  t,
  text: text.length > TEXT_CHARS_MAX ? `${text.slice(0, TEXT_CHARS_MAX)}...` : text,
});

const whoExited = ({ replica }: EntryOf<'target.exited'>): string =>
  replica === undefined ? 'The app' : `Replica ${replica} of the app`;

function whenChecked({ when, phase }: EntryOf<'hypothesis.checked'>): string {
  if (when === 'before') return 'before anything was broken';
  return when === 'after' ? 'at the end' : `in the phase "${phase ?? ''}"`;
}

const howItExited = (entry: EntryOf<'target.exited'>): string =>
  entry.signal === null ? `exit code ${entry.code ?? 'unknown'}` : `signal ${entry.signal}`;
