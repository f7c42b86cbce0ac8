import type { Arrival } from '../core/arrivals.ts';
import { fillCaptures, type Captures } from '../core/capture.ts';
import type { LedgerEntry } from '../core/ledger.ts';
import type { PlannedBody, PlannedStep } from '../core/plan.ts';
import { capturesAsked } from '../core/target-step.ts';
import type { WorkRequest } from '../ports/workload.ts';
import { entryBody, sha256Hex } from './entry-body.ts';
import type { HttpAnswer, HttpClient } from './http-exchange.ts';
import type { WorkloadOptions } from './open-loop-workload.ts';

export interface HttpStepOptions extends Omit<WorkloadOptions, 'runCommand'> {
  readonly client: HttpClient;
  readonly captures: Captures;
}

/** Sends one request as a user would, judges the answer, and keeps the ledger. */
export async function runHttpStep(
  options: HttpStepOptions,
  { index, step: due }: Arrival,
  intended: number,
): Promise<WorkRequest> {
  const { plan, ledger, elapsed, client, captures } = options;
  const { step, captured } = possible(options, due, index);
  const known = step.ledger === 'reads' ? ledger.known(options.draw('entry', index)) : undefined;
  const id = step.ledger === 'writes' ? ledger.nextId() : (known?.id ?? null);
  const body = bodyBytes(step.request.body, plan.seed, id ?? String(index), captured);
  const traceparent = options.traceparent?.();
  const trace = traceparent === undefined ? {} : { traceparent };
  const sent = elapsed();
  const answer = await client.call({
    method: step.request.method,
    url: addressOf(options.url, step.request.path, id === null ? captured : { ...captured, new: id, known: id }),
    headers: { ...trace, ...mapValues(step.request.headers, (text) => fillCaptures(text, captured)) },
    body,
    patienceMs: plan.patienceMs - (sent - intended),
    keepChars: step.expect.body.kind === 'contains' || hasCaptures(step) ? 1_000_000 : 200,
  });
  const verdict = keepCaptures(captures, step, answer, judge(step, answer, known?.digest ?? null));
  if (step.ledger === 'writes' && id !== null) {
    const entry = writtenEntry(step, id, body ?? Buffer.alloc(0), answer);
    if (entry !== null) {
      ledger.record(entry);
      options.onEntry(entry);
    }
  }
  const status = answer.status;
  return {
    step: step.id,
    class: step.class,
    intended,
    sent,
    ended: elapsed(),
    status,
    ...verdict,
    entry: id,
    ...trace,
  };
}

/**
 * Until there is something to read, a reader writes; until there is what it needs of another step's answer, that step
 * goes first.
 */
function possible(
  options: HttpStepOptions,
  due: PlannedStep,
  index: number,
): { readonly step: PlannedStep; readonly captured: Readonly<Record<string, string>> } {
  const { plan, ledger, captures } = options;
  const { steps } = plan.workload;
  const draw = options.draw('capture', index);
  // Each replacement asks for less than the step before; a circle of captures ends here too.
  let step = due;
  for (let tries = 0; tries <= steps.length; tries += 1) {
    if (step.ledger === 'reads' && ledger.known(0) === undefined) {
      step = steps.find((one) => one.ledger === 'writes') ?? step;
    }
    const names = textsOf(step).flatMap(capturesAsked);
    const captured = captures.draw(names, draw);
    if (captured !== null) return { step, captured };
    const missing = names.find((name) => captures.draw([name], draw) === null);
    step = steps.find(({ captures: own = {} }) => missing !== undefined && Object.hasOwn(own, missing)) ?? step;
  }
  return { step, captured: {} };
}

function textsOf({ request }: PlannedStep): string[] {
  return [
    request.path,
    ...Object.values(request.headers),
    ...(request.body.kind === 'text' ? [request.body.text] : []),
  ];
}

const hasCaptures = ({ captures = {} }: PlannedStep): boolean => Object.keys(captures).length > 0;

function addressOf(base: string, path: string, values: Readonly<Record<string, string>>): string {
  const filled = path.replaceAll(/\$\{([^}]*)\}/g, (whole, name: string) => encodeURI(values[name] ?? whole));
  return new URL(filled, base).href;
}

const mapValues = (
  record: Readonly<Record<string, string>>,
  change: (text: string) => string,
): Record<string, string> => Object.fromEntries(Object.entries(record).map(([key, text]) => [key, change(text)]));

type Judgement = Pick<WorkRequest, 'outcome' | 'detail'>;

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
      return Buffer.from(fillCaptures(body.text, captured));
    case 'random':
      return entryBody(seed, id, body.bytes);
    default:
      return body satisfies never;
  }
}

function judge(step: PlannedStep, answer: HttpAnswer, digest: string | null): Judgement {
  if (answer.kind === 'hang') return { outcome: 'hang', detail: 'no whole answer within the patience' };
  if (answer.kind === 'failed') return { outcome: 'connection', detail: answer.reason };
  if (!step.expect.statuses.includes(answer.status)) {
    return { outcome: 'wrong-status', detail: `status ${answer.status}: ${answer.text.slice(0, 120)}` };
  }
  const { body } = step.expect;
  if (body.kind === 'entry' && digest !== null && digest !== answer.digest) {
    return { outcome: 'wrong-body', detail: 'the bytes are not the ones that were acknowledged' };
  }
  if (body.kind === 'contains' && !answer.text.includes(body.text)) {
    return { outcome: 'wrong-body', detail: `the answer does not contain ${JSON.stringify(body.text)}` };
  }
  return { outcome: 'good', detail: '' };
}

/** What the app said of a write: yes, no (null: there is nothing to keep), or nothing clear. */
function writtenEntry(step: PlannedStep, id: string, body: Uint8Array, answer: HttpAnswer): LedgerEntry | null {
  const entry = { id, step: step.id, digest: sha256Hex(body), bytes: body.byteLength };
  if (answer.kind === 'answered' && step.expect.statuses.includes(answer.status)) return { ...entry, state: 'acked' };
  if (answer.kind === 'answered' && answer.status >= 400 && answer.status < 500) return null;
  return { ...entry, state: 'unknown' };
}
