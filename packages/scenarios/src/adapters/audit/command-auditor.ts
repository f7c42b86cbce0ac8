import { parseAuditLine, type AuditKind, type AuditLine, type Held } from '../../core/ledger/audit-lines.ts';
import type { Ledger } from '../../core/ledger/ledger.ts';
import type { LedgerKind } from '../../core/ledger/ledger-rows.ts';
import { isNamed } from '../../core/ledger/ledger-turn.ts';
import type { AuditFinding, Auditor } from '../../ports/auditor.ts';
import type { CommandOutcome } from '../target/guarded-command.ts';

/** Runs the audit's command; every line of its output is told. */
export type RunAudit = (onLine: (line: string) => void, signal: AbortSignal) => Promise<CommandOutcome>;

const LEDGER_KINDS: Readonly<Record<AuditKind, LedgerKind>> = {
  entry: 'set',
  register: 'register',
  counter: 'counter',
  log: 'log',
};

/** Compares the ledger with what a command of the target's says that another store holds. */
export function createCommandAuditor(run: RunAudit): Auditor {
  return {
    async audit(ledger: Ledger, onFinding: (finding: AuditFinding) => void, signal: AbortSignal) {
      const listing = new Listing(ledger, onFinding);
      const outcome = await run((line) => listing.take(line), signal);
      listing.finish(outcomeProblem(outcome));
    },
  };
}

function outcomeProblem(outcome: CommandOutcome): string | null {
  switch (outcome.kind) {
    case 'stopped':
      return 'the audit command was not done in time';
    case 'failed':
      return `the audit command failed: ${outcome.reason}`;
    case 'exited':
      return outcome.code === 0 ? null : `the audit command ended with exit code ${outcome.code ?? 'none'}`;
    default:
      return outcome satisfies never;
  }
}

/** What a command has listed so far. */
class Listing {
  readonly #ledger: Ledger;
  readonly #onFinding: (finding: AuditFinding) => void;
  /** How often each entry was listed, up to 255 times, by its number. */
  #times = new Uint8Array(1 << 16);
  /** Registers, counters and offsets of logs that were listed. */
  readonly #places = new Set<string>();
  readonly #whole = new Set<AuditKind>();
  #entries = 0;
  #problem: string | null = null;

  constructor(ledger: Ledger, onFinding: (finding: AuditFinding) => void) {
    this.#ledger = ledger;
    this.#onFinding = onFinding;
  }

  take(line: string): void {
    try {
      const parsed = parseAuditLine(line);
      if (parsed !== null) this.#enter(parsed);
    } catch (error) {
      this.#problem ??= error instanceof Error ? error.message : String(error);
    }
  }

  #enter(line: AuditLine): void {
    const via = 'command';
    switch (line.kind) {
      case 'end':
        for (const kind of line.kinds) this.#whole.add(kind);
        return;
      case 'entry':
        this.#enterEntry(line.id, line.collection, line.what);
        return;
      case 'register': {
        this.#places.add(`register ${line.name}`);
        const always = { sentMs: Infinity, endedMs: Infinity };
        const seen = line.what === null ? null : this.#ledger.sight(line.name, line.what, always).version;
        const { name } = line;
        this.#onFinding({ type: 'ledger.state', kind: 'register', name, via, found: 'value', seen, detail: '' });
        return;
      }
      case 'counter': {
        this.#places.add(`counter ${line.name}`);
        const { name, value } = line;
        this.#onFinding({ type: 'ledger.state', kind: 'counter', name, via, found: 'value', value, detail: '' });
        return;
      }
      case 'log': {
        this.#places.add(`log ${line.name} ${line.offset}`);
        const { name, offset } = line;
        const seen = line.what === null ? null : this.#ledger.inLog(name, line.what);
        this.#onFinding({ type: 'ledger.state', kind: 'log', name, offset, via, found: 'value', seen, detail: '' });
        return;
      }
      default:
        line satisfies never;
    }
  }

  #enterEntry(name: string, collection: string | null, what: Held): void {
    const sharers = this.#ledger.named(name, collection);
    const own = what !== null && 'digest' in what ? sharers.find(({ digest }) => digest === what.digest) : undefined;
    const entry = own ?? sharers.at(-1);
    const number = entry === undefined ? null : this.#ledger.numberOf(entry.id);
    if (entry === undefined || number === null) return;
    const { id } = entry;
    if (number >= this.#times.length) {
      const longer = new Uint8Array(Math.max(number + 1, this.#times.length * 2));
      longer.set(this.#times);
      this.#times = longer;
    }
    const times = Math.min(255, (this.#times[number] ?? 0) + 1);
    this.#times[number] = times;
    if (times === 1) this.#entries += 1;
    const same = what === null || ('digest' in what ? what.digest === entry.digest : isNamed(entry, what.id));
    const base = { type: 'ledger.audited', entry: id, acked: entry.state === 'acked', via: 'command' } as const;
    if (!same) this.#onFinding({ ...base, found: 'corrupted', detail: 'other bytes than were written' });
    else if (times === 1) this.#onFinding({ ...base, found: 'present', detail: '' });
    else if (times === 2) this.#onFinding({ ...base, found: 'duplicated', detail: 'it is there more than once' });
  }

  /** Only a listing that came to its end says anything of what it does not list. */
  finish(problem: string | null): void {
    const ended = problem ?? this.#problem ?? (this.#whole.size === 0 ? 'the audit command never said `end`' : null);
    const via = 'command';
    for (const entry of this.#ledger.entries()) {
      if (!this.#speaksOf('entry', ended)) break;
      if (entry.kind !== 'set' || entry.known === null) continue;
      if ((this.#times[this.#ledger.numberOf(entry.id) ?? -1] ?? 0) > 0) continue;
      const base = { type: 'ledger.audited', entry: entry.id, acked: entry.state === 'acked', via } as const;
      this.#onFinding({ ...base, found: ended === null ? 'absent' : 'unreadable', detail: ended ?? 'not listed' });
    }
    for (const kind of ['register', 'counter'] as const) {
      if (!this.#speaksOf(kind, ended)) continue;
      for (const name of this.#ledger.places(LEDGER_KINDS[kind])) {
        if (this.#places.has(`${kind} ${name}`)) continue;
        const found = ended === null ? 'absent' : 'unreadable';
        this.#onFinding({ type: 'ledger.state', kind, name, via, found, detail: ended ?? 'not listed' });
      }
    }
    if (this.#speaksOf('log', ended)) this.#missingOffsets(ended);
    const whole = ended === null && this.#whole.has('entry');
    this.#onFinding({ type: 'ledger.listed', via, entries: whole ? this.#entries : null, detail: ended ?? '' });
  }

  /** A command that failed says nothing, of whatever it would have spoken. */
  #speaksOf(kind: AuditKind, ended: string | null): boolean {
    return ended === null ? this.#whole.has(kind) : true;
  }

  #missingOffsets(ended: string | null): void {
    for (const { kind, place, offset } of this.#ledger.entries()) {
      if (kind !== 'log' || place === null || offset === null || this.#places.has(`log ${place} ${offset}`)) continue;
      const found = ended === null ? 'absent' : 'unreadable';
      const base = { type: 'ledger.state', kind, name: place, offset, via: 'command' } as const;
      this.#onFinding({ ...base, found, detail: ended ?? 'not listed' });
    }
  }
}
