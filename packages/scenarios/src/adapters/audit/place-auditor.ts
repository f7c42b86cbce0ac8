import { capture } from '../../core/workload/capture.ts';
import type { Ledger } from '../../core/ledger/ledger.ts';
import { numberIn } from '../../core/ledger/ledger-turn.ts';
import type { PlannedStep } from '../../core/plan.ts';
import { fillTemplate } from '../../core/words/template.ts';
import type { AuditFinding, Auditor, StateFinding } from '../../ports/auditor.ts';
import { AUDIT_SOCKETS_MAX, readBack, unclear, type AppRead } from './app-auditor.ts';
import { forEach } from './for-each-entry.ts';
import { createHttpClient, type HttpAnswer, type HttpClient } from '../workload/http-exchange.ts';

const KEEP_CHARS = 1_000_000;

/** Reads every register, counter or log back through the app, by the step that reads one in the workload. */
export function createPlaceAuditor(app: AppRead, step: PlannedStep): Auditor {
  return {
    async audit(ledger: Ledger, onFinding: (finding: AuditFinding) => void, signal: AbortSignal) {
      const client = createHttpClient(AUDIT_SOCKETS_MAX);
      const what = { client, app, step, ledger, signal };
      const each = <Thing>(things: Iterable<Thing>, look: (thing: Thing) => Promise<StateFinding>): Promise<void> =>
        forEach(things, AUDIT_SOCKETS_MAX, signal, async (thing) => onFinding(await look(thing)));
      if (step.ledger === 'reads-register') {
        await each(ledger.places('register'), (register) => lookAtRegister(what, register));
      } else if (step.ledger === 'reads-counter') {
        await each(ledger.places('counter'), (counter) => lookAtCounter(what, counter));
      } else if (step.ledger === 'reads-log') {
        await each(offsetsOf(ledger), ({ log, offset }) => lookAtOffset(what, log, offset));
      }
      client.close();
    },
  };
}

interface Looking {
  readonly client: HttpClient;
  readonly app: AppRead;
  readonly step: PlannedStep;
  readonly ledger: Ledger;
  readonly signal: AbortSignal;
}

async function ask({ client, app, step, signal }: Looking, values: Record<string, string>): Promise<HttpAnswer> {
  return readBack(client, app, fillTemplate(step.request.path, values), signal, KEEP_CHARS);
}

/** What a clear answer told, or why there is none. */
type Told =
  | { readonly found: 'unreadable' | 'absent'; readonly detail: string }
  | { readonly found: 'value'; readonly text: string | null; readonly digest: string };

function toldBy({ value }: PlannedStep, answer: HttpAnswer): Told {
  const why = unclear(answer);
  if (why !== null || answer.kind !== 'answered') return { found: 'unreadable', detail: why ?? '' };
  if (answer.status >= 300) return { found: 'absent', detail: `status ${answer.status}` };
  const text = value === undefined || value === null ? null : capture(value, answer);
  return {
    found: 'value',
    text: text ?? (value === undefined || value === null ? answer.text.trim() : null),
    digest: answer.digest,
  };
}

async function lookAtRegister(what: Looking, name: string): Promise<StateFinding> {
  const told = toldBy(what.step, await ask(what, { register: name }));
  const base = { type: 'ledger.state', kind: 'register', name, via: 'app' } as const;
  if (told.found !== 'value') return { ...base, ...told };
  const seen = (what.step.value ?? null) === null ? { digest: told.digest } : { id: told.text ?? '' };
  const { version } = what.ledger.sight(name, seen, { sentMs: Infinity, endedMs: Infinity });
  return { ...base, found: 'value', seen: version, detail: '' };
}

async function lookAtCounter(what: Looking, name: string): Promise<StateFinding> {
  const told = toldBy(what.step, await ask(what, { counter: name }));
  const base = { type: 'ledger.state', kind: 'counter', name, via: 'app' } as const;
  if (told.found !== 'value') return { ...base, ...told };
  const value = numberIn(told.text);
  return value === null
    ? { ...base, found: 'unreadable', detail: 'the answer is no number' }
    : { ...base, found: 'value', value, detail: '' };
}

async function lookAtOffset(what: Looking, name: string, offset: number): Promise<StateFinding> {
  const told = toldBy(what.step, await ask(what, { log: name, offset: String(offset) }));
  const base = { type: 'ledger.state', kind: 'log', name, via: 'app', offset } as const;
  if (told.found !== 'value') return { ...base, ...told };
  const named = (what.step.value ?? null) === null ? null : (told.text ?? '');
  const seen = what.ledger.inLog(name, named === null ? { digest: told.digest } : { id: named });
  return { ...base, found: 'value', seen, detail: '' };
}

/** Every offset from the first that was acknowledged to the last: those between must be there too. */
function* offsetsOf(ledger: Ledger): IterableIterator<{ readonly log: string; readonly offset: number }> {
  const spans = new Map<string, { from: number; to: number }>();
  for (const { kind, place, offset } of ledger.entries()) {
    if (kind !== 'log' || place === null || offset === null) continue;
    const { from, to } = spans.get(place) ?? { from: offset, to: offset };
    spans.set(place, { from: Math.min(from, offset), to: Math.max(to, offset) });
  }
  for (const [log, { from, to }] of spans) for (let offset = from; offset <= to; offset += 1) yield { log, offset };
}
