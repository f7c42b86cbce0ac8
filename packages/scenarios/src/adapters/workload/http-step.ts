import type { Arrival } from '../../core/workload/arrivals.ts';
import { fillCaptures, type Captures } from '../../core/workload/capture.ts';
import {
  goesFirst,
  judgeRead,
  ledgerTurn,
  saysGone,
  type LedgerTurn,
  type LedgerVerdict,
} from '../../core/ledger/ledger-turn.ts';
import { givenId, noIdWords } from '../../core/ledger/given-id.ts';
import { excerpt } from '../../core/source/excerpt.ts';
import type { PlannedBody, PlannedStep } from '../../core/plan.ts';
import { capturesAsked } from '../../core/target/target-capture.ts';
import type { WorkRequest } from '../../ports/workload.ts';
import { entryBody, sha256Hex } from './entry-body.ts';
import type { HttpAnswer, HttpClient } from './http-exchange.ts';
import { keepLedger, startLedger } from './ledger-keeping.ts';
import type { WorkloadOptions } from './workload-options.ts';

export interface HttpStepOptions extends Omit<WorkloadOptions, 'runCommand'> {
  readonly client: HttpClient;
  /** What answers gave: to all, or to the user of one journey. */
  readonly captures: Captures;
  /** Whether another step goes first where a captured value is missing; a user of a journey cannot. */
  readonly substitute: boolean;
  /** Of the app: `http://127.0.0.1:8080`. */
  readonly origin: string;
}

/** What is to be sent: a step, the ledger's part in it, and the values that it carries. */
interface Ready {
  readonly step: PlannedStep;
  readonly turn: LedgerTurn;
  readonly captured: Readonly<Record<string, string>>;
}

/** Sends one request as a user would, judges the answer, and keeps the ledger. */
export async function runHttpStep(
  options: HttpStepOptions,
  { index, step: due }: Arrival,
  intended: number,
): Promise<WorkRequest> {
  const { plan, ledger, elapsed, client, captures } = options;
  const ready = readyStep(options, due, index);
  if ('missing' in ready) return { ...unsentRequest(due, intended, elapsed()), detail: ready.missing };
  const { step, turn, captured } = ready;
  const id = turn.entry;
  const body = bodyBytes(step.request.body, plan.seed, id ?? String(index), captured);
  const traceparent = options.traceparent?.();
  const trace = traceparent === undefined ? {} : { traceparent };
  const sent = elapsed();
  startLedger(ledger, step, turn, body === null ? null : { digest: sha256Hex(body), bytes: body.byteLength }, sent);
  const answer = await client.call({
    method: step.request.method,
    url: addressOf(options.origin, step.request.path, captured, turn.values),
    headers: { ...trace, ...idempotencyOf(step, options, id ?? String(index)), ...headersOf(step, captured) },
    isRepeatable: (step.idempotencyHeader ?? null) !== null,
    body,
    patienceMs: plan.patienceMs - (sent - intended),
    keepChars: keepsText(step) ? KEEP_CHARS : 200,
  });
  const ended = elapsed();
  const seen =
    answer.kind === 'answered' ? judgeRead(step, turn, answer, ledger, { sentMs: sent, endedMs: ended }) : null;
  const judged = keepCaptures(captures, step, answer, lacksId(step, answer, judge(options, step, turn, answer, seen)));
  for (const event of keepLedger(ledger, step, turn, answer, { sentMs: sent, endedMs: ended })) options.onLedger(event);
  const wrong = judged.outcome === 'wrong-body' && answer.kind === 'answered';
  return {
    step: step.id,
    class: step.class,
    intended,
    sent,
    ended,
    status: answer.status,
    ...judged,
    entry: id,
    ...trace,
    ...(wrong ? { digest: answer.digest } : {}),
    ...(step.ledger === 'reads-register' && seen !== null ? { seen: seen.seen } : {}),
    ...(seen?.counter === undefined ? {} : { counter: seen.counter }),
  };
}

/** Of an answer that is looked into. */
const KEEP_CHARS = 1_000_000;

/** A request that was due and never left. */
export const unsentRequest = (step: PlannedStep, intended: number, now: number): WorkRequest => ({
  step: step.id,
  class: step.class,
  intended,
  sent: null,
  ended: now,
  status: null,
  outcome: 'unsent',
  detail: '',
  entry: null,
});

/** A key that no other write has, in this run or another, and that repeating it keeps. */
function idempotencyOf(
  { idempotencyHeader = null }: PlannedStep,
  { ledger, runId = ledger.prefix }: HttpStepOptions,
  id: string,
): Readonly<Record<string, string>> {
  if (idempotencyHeader === null) return {};
  const hex = sha256Hex(Buffer.from(`${runId}\0${id}`));
  return { [idempotencyHeader]: hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') };
}

function keepsText(step: PlannedStep): boolean {
  const asked = (step.givenId ?? null) !== null;
  const told = asked || (step.value ?? null) !== null || step.ledger === 'reads-counter' || step.ledger === 'appends';
  return told || step.expect.body.kind === 'contains' || hasCaptures(step);
}

/**
 * Until there is something to read, a reader writes; until there is what it needs of another step's answer, that step
 * goes first.
 */
function readyStep(options: HttpStepOptions, due: PlannedStep, index: number): Ready | { readonly missing: string } {
  const { plan, ledger, captures, substitute } = options;
  const { steps, places = { register: 16, counter: 4, log: 1 } } = plan.workload;
  // Each replacement asks for less than the step before; a circle of captures ends here too.
  let step = due;
  for (let tries = 0; tries <= steps.length; tries += 1) {
    const names = capturesOf(step);
    const draw = substitute && names.length > 0 ? options.draw('capture', index) : LATEST;
    const captured = names.length === 0 ? NONE : captures.draw(names, draw);
    const missing = captured === null ? names.find((name) => captures.draw([name], draw) === null) : undefined;
    if (captured === null && !substitute) return { missing: `no answer of this user gave "${missing ?? ''}"` };
    const turn = captured === null ? null : ledgerTurn(step, { ledger, places, draw: options.draw('entry', index) });
    if (captured !== null && turn !== null) return { step, turn, captured };
    const first = goesFirst[step.ledger];
    step =
      (captured === null
        ? steps.find(({ captures: own = {} }) => missing !== undefined && Object.hasOwn(own, missing))
        : steps.find(({ ledger: role }) => role === first)) ?? step;
  }
  return { missing: `nothing to read for "${due.id}" yet` };
}

/** The draw of what was kept last. */
const LATEST = 0.999_999;

const NONE: Readonly<Record<string, string>> = {};
const asked = new WeakMap<PlannedStep, readonly string[]>();

/** The values of other answers that a step carries, by their names; found once. */
function capturesOf(step: PlannedStep): readonly string[] {
  const known = asked.get(step);
  if (known !== undefined) return known;
  const { path, headers, body } = step.request;
  const names = [path, ...Object.values(headers), ...(body.kind === 'text' ? [body.text] : [])].flatMap(capturesAsked);
  asked.set(step, names);
  return names;
}

const hasCaptures = ({ captures = {} }: PlannedStep): boolean => Object.keys(captures).length > 0;

/** Paths that no URL would write in another way. */
const PLAIN_PATH = /^\/(?!\/)[\w~!$&()*+,;=:@/?.-]*$/;

function addressOf(
  origin: string,
  path: string,
  captured: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
): string {
  const filled = path.includes('${')
    ? path.replaceAll(/\$\{([^}]*)\}/g, (whole, name: string) => values[name] ?? encodeURI(captured[name] ?? whole))
    : path;
  return PLAIN_PATH.test(filled) && !filled.includes('/.') ? `${origin}${filled}` : new URL(filled, origin).href;
}

function headersOf(step: PlannedStep, captured: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { headers } = step.request;
  if (captured === NONE) return headers;
  return Object.fromEntries(Object.entries(headers).map(([key, text]) => [key, fillCaptures(text, captured)]));
}

type Judgement = Pick<WorkRequest, 'outcome' | 'detail'>;

/** Yes without the id is no answer to a user, who could never ask for what they wrote. */
function lacksId({ givenId: from = null }: PlannedStep, answer: HttpAnswer, judged: Judgement): Judgement {
  if (judged.outcome !== 'good' || answer.kind !== 'answered' || from === null) return judged;
  return givenId(from, answer) === null ? { outcome: 'wrong-body', detail: noIdWords(from, answer) } : judged;
}

function keepCaptures(captures: Captures, step: PlannedStep, answer: HttpAnswer, judged: Judgement): Judgement {
  if (judged.outcome !== 'good' || answer.kind !== 'answered' || !hasCaptures(step)) return judged;
  const missing = captures.keep(step, answer);
  return missing === null ? judged : { outcome: 'wrong-body', detail: `the answer has no "${missing}" to capture` };
}

function bodyBytes(
  body: PlannedBody,
  seed: string,
  id: string,
  captured: Readonly<Record<string, string>>,
): Buffer | null {
  switch (body.kind) {
    case 'none':
      return null;
    case 'text':
      return Buffer.from(fillCaptures(body.text, captured).replaceAll('${entry}', id));
    case 'random':
      return entryBody(seed, id, body.bytes);
    default:
      return body satisfies never;
  }
}

function judge(
  { ledger }: HttpStepOptions,
  step: PlannedStep,
  turn: LedgerTurn,
  answer: HttpAnswer,
  seen: LedgerVerdict | null,
): Judgement {
  if (answer.kind === 'hang') return { outcome: 'hang', detail: 'no whole answer within the patience' };
  if (answer.kind === 'failed') return { outcome: 'connection', detail: answer.reason };
  const gone = saysGone(answer.status);
  if (gone && seen === null && turn.entry !== null && step.ledger === 'reads') {
    // Somebody deleted it while the read was under way.
    if ((ledger.find(turn.entry)?.deletion ?? 'none') !== 'none') return { outcome: 'good', detail: '' };
  }
  if (!step.expect.statuses.includes(answer.status)) {
    const back = step.ledger === 'reads-deleted' && answer.status < 300 ? 'what was deleted is back: ' : '';
    return { outcome: 'wrong-status', detail: `${back}status ${answer.status}: ${excerpt(answer.text)}` };
  }
  if (seen !== null && seen.detail !== null) return { outcome: 'wrong-body', detail: seen.detail };
  const { body } = step.expect;
  if (body.kind === 'contains' && !answer.text.includes(body.text)) {
    return { outcome: 'wrong-body', detail: `the answer does not contain ${JSON.stringify(body.text)}` };
  }
  return { outcome: 'good', detail: '' };
}
