import { capture, type Capturable } from '../workload/capture.ts';
import type { CounterRange } from './counter-history.ts';
import type { Ledger } from './ledger.ts';
import type { LedgerEntry } from './ledger-entry.ts';
import type { Read } from './ledger-read.ts';
import type { LedgerKind } from './ledger-rows.ts';
import type { LedgerRole, PlannedStep } from '../plan.ts';

/** An answer as far as the ledger cares; null where none came. */
export interface LedgerAnswer extends Capturable {
  readonly status: number;
  /** SHA-256 of the whole body, hex. */
  readonly digest: string;
  /** True where the request left twice, as the connection died under the first. */
  readonly again: boolean;
}

/** What the ledger has to say of one request before it leaves. */
export interface LedgerTurn {
  /** What the path's places stand for, as it stands in a URL. */
  readonly values: Readonly<Record<string, string>>;
  /** The entry that it writes, deletes or reads; null for none. */
  readonly entry: string | null;
}

/** What a read of the ledger saw. `null` detail: what it had to see. */
export interface LedgerVerdict {
  readonly detail: string | null;
  /** The entry whose bytes came, where that is known. */
  readonly seen: string | null;
  /** What a counter said, and where that had to lie. */
  readonly counter?: { readonly name: string; readonly value: number | null } & CounterRange;
}

const WRITE_KINDS: Readonly<Partial<Record<LedgerRole, LedgerKind>>> = {
  writes: 'set',
  overwrites: 'register',
  adds: 'counter',
  appends: 'log',
};
const PLACE_NAMES = { set: null, register: 'register', counter: 'counter', log: 'log' } as const;

/** The kind of entry that a step writes; null where it writes none. */
export const writtenKind = ({ ledger }: PlannedStep): LedgerKind | null => WRITE_KINDS[ledger] ?? null;

/** The name of the n-th register, counter or log of a run. */
const placeName = ({ prefix }: Ledger, kind: LedgerKind, number: number): string => `${prefix}-${kind}-${number + 1}`;

export interface TurnOptions {
  readonly ledger: Ledger;
  readonly places: { readonly register: number; readonly counter: number; readonly log: number };
  /** In [0, 1). */
  readonly draw: number;
}

const about = (
  entry: LedgerEntry | undefined,
  values: (entry: LedgerEntry) => Readonly<Record<string, string>>,
): LedgerTurn | null => (entry === undefined ? null : { values: values(entry), entry: entry.id });

/** Chooses the entry or place of a step; null while there is nothing to read or delete yet. */
export function ledgerTurn(step: PlannedStep, { ledger, places, draw }: TurnOptions): LedgerTurn | null {
  const placeOf = (kind: 'register' | 'counter' | 'log'): string =>
    placeName(ledger, kind, Math.floor(draw * places[kind]));
  switch (step.ledger) {
    case 'none':
      return { values: {}, entry: null };
    case 'writes': {
      const entry = ledger.nextId();
      return { values: (step.givenId ?? null) === null ? { new: entry } : {}, entry };
    }
    case 'overwrites':
    case 'adds':
    case 'appends': {
      const kind = WRITE_KINDS[step.ledger] ?? 'set';
      const name = PLACE_NAMES[kind] ?? 'register';
      return { values: { [name]: placeOf(name) }, entry: ledger.nextId() };
    }
    case 'reads':
    case 'deletes':
      return about(ledger.known(draw, step.collection ?? null), ({ id, known }) => ({ known: known?.inUrl ?? id }));
    case 'reads-deleted':
      return about(ledger.deleted(draw, step.collection ?? null), ({ id, known }) => ({ deleted: known?.inUrl ?? id }));
    case 'reads-register': {
      const [first] = ledger.places('register');
      const register = ledger.newest(placeOf('register')) === undefined ? first : placeOf('register');
      return about(register === undefined ? undefined : ledger.newest(register), ({ place }) => ({
        register: place ?? '',
      }));
    }
    case 'reads-counter': {
      const written = ledger.places('counter');
      const counter = written.includes(placeOf('counter')) ? placeOf('counter') : written[0];
      return counter === undefined ? null : { values: { counter }, entry: null };
    }
    case 'reads-log':
      return about(ledger.logged(draw), ({ place, offset }) => ({ log: place ?? '', offset: String(offset ?? 0) }));
    default:
      return step.ledger satisfies never;
  }
}

/** The step that must go first where a step has nothing to read or delete yet. */
export const goesFirst: Readonly<Partial<Record<LedgerRole, LedgerRole>>> = {
  reads: 'writes',
  deletes: 'writes',
  'reads-deleted': 'deletes',
  'reads-register': 'overwrites',
  'reads-counter': 'adds',
  'reads-log': 'appends',
};

/** What an answer says that is to be compared: the value at its place, else the digest of it all. */
export function told({ value }: PlannedStep, answer: LedgerAnswer): string | null {
  return value === undefined || value === null ? answer.text.trim() : capture(value, answer);
}

/** Whether what an answer says of itself is an entry: the ledger's own id of it, or the one that the app gave. */
export const isNamed = (entry: LedgerEntry | undefined, said: string | null): boolean =>
  entry !== undefined && said !== null && (said === entry.id || said === entry.known?.name);

const SAYS_GONE: ReadonlySet<number> = new Set([404, 410]);
export const saysGone = (status: number): boolean => SAYS_GONE.has(status);

/** Compares a read's answer with what the ledger knows; null where the step reads nothing of it. */
export function judgeRead(
  step: PlannedStep,
  turn: LedgerTurn,
  answer: LedgerAnswer,
  ledger: Ledger,
  read: Read,
): LedgerVerdict | null {
  const named = step.value !== undefined && step.value !== null;
  const gone = saysGone(answer.status);
  switch (step.ledger) {
    case 'reads':
    case 'reads-log': {
      if (gone || turn.entry === null || (step.ledger === 'reads' && step.expect.body.kind !== 'entry' && !named)) {
        return null;
      }
      const written = ledger.find(turn.entry);
      const right = named ? isNamed(written, told(step, answer)) : answer.digest === written?.digest;
      return right
        ? { detail: null, seen: turn.entry }
        : { detail: 'the bytes are not the ones that were acknowledged', seen: null };
    }
    case 'reads-register':
      return judgeRegister(step, turn, answer, ledger, read);
    case 'reads-counter':
      return gone ? null : judgeCounter(step, turn, answer, ledger, read);
    case 'none':
    case 'writes':
    case 'deletes':
    case 'reads-deleted':
    case 'overwrites':
    case 'adds':
    case 'appends':
      return null;
    default:
      return step.ledger satisfies never;
  }
}

function judgeRegister(
  step: PlannedStep,
  { values }: LedgerTurn,
  answer: LedgerAnswer,
  ledger: Ledger,
  read: Read,
): LedgerVerdict {
  const id = step.value === undefined || step.value === null ? null : told(step, answer);
  const what = saysGone(answer.status) ? null : id === null ? { digest: answer.digest } : { id };
  const { verdict, version } = ledger.sight(values['register'] ?? '', what, read);
  const details = {
    fresh: null,
    absent: null,
    stale: 'an older version than had been acknowledged',
    travelled: 'an older version than an earlier read had seen',
    foreign: 'bytes that no write of this register had',
  };
  return { detail: details[verdict], seen: version };
}

function judgeCounter(
  step: PlannedStep,
  { values }: LedgerTurn,
  answer: LedgerAnswer,
  ledger: Ledger,
  read: Read,
): LedgerVerdict {
  const name = values['counter'] ?? '';
  const value = numberIn(told(step, answer));
  const { from, to } = ledger.range(name, read);
  const judged = (detail: string | null): LedgerVerdict => ({ detail, seen: null, counter: { name, value, from, to } });
  if (value === null) return judged('the answer is no number');
  if (value < from) return judged(`${value}, and ${from} had been acknowledged`);
  if (value > to) return judged(`${value}, and no more than ${to} had been sent`);
  return judged(null);
}

/** A whole number that a text is; null for anything else. */
export function numberIn(text: string | null): number | null {
  if (text === null || !/^-?\d{1,15}$/.test(text)) return null;
  return Number(text);
}
