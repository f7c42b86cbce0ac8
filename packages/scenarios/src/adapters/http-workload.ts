import type { StepClass } from '@gameday/reporter/journal';
import { arrivalSchedule, type Arrival } from '../core/arrivals.ts';
import type { Ledger, LedgerEntry } from '../core/ledger.ts';
import type { Plan, PlannedBody, PlannedStep } from '../core/plan.ts';
import { fillTemplate } from '../core/template.ts';
import type { WorkRequest, Workload } from '../ports/workload.ts';
import { entryBody, sha256Hex } from './entry-body.ts';
import { createHttpClient, type HttpAnswer, type HttpClient } from './http-exchange.ts';

export interface HttpWorkloadOptions {
  readonly plan: Plan;
  /** Base URL of the app. */
  readonly url: string;
  readonly ledger: Ledger;
  /** Milliseconds since the run began. */
  readonly elapsed: () => number;
  /** A number in [0, 1) for a purpose and an arrival, the same in every run of the same seed. */
  readonly draw: (purpose: string, index: number) => number;
  readonly onEntry: (entry: LedgerEntry) => void;
}

/** The schedule is looked at so often; a request leaves at most this late. */
const TICK_MS = 2;
const SOCKETS_MAX = 8_192;

/** Sends the plan's arrivals to the app over HTTP, open loop, and keeps the ledger. */
export function createHttpWorkload(options: HttpWorkloadOptions): Workload {
  const { plan } = options;
  // Every request that may be waiting at once, and half as many again.
  const socketsMax = Math.min(SOCKETS_MAX, Math.ceil((plan.workload.perSecond * plan.patienceMs * 1.5) / 1_000) + 64);
  const client = createHttpClient(socketsMax);
  const schedule = arrivalSchedule(plan.workload.perSecond, plan.workload.steps, (index) =>
    options.draw('step', index),
  );
  const listeners: ((request: WorkRequest) => void)[] = [];
  const running = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let beganMs = 0;
  let next = 0;

  const report = (request: WorkRequest): void => {
    for (const listener of listeners) listener(request);
  };
  const launch = (arrival: Arrival): void => {
    const intended = beganMs + arrival.intendedMs;
    if (running.size >= socketsMax) {
      report(unsent(arrival.step, intended, options.elapsed(), `all ${socketsMax} sockets were waiting for answers`));
      return;
    }
    const one = runStep(options, client, arrival, intended).then(report);
    running.add(one);
    void one.finally(() => running.delete(one));
  };
  return {
    get inFlight() {
      return running.size;
    },
    onRequest(listener) {
      listeners.push(listener);
    },
    begin() {
      beganMs = options.elapsed();
      const tick = (): void => {
        const due = schedule.due(next, options.elapsed() - beganMs);
        next += due.length;
        for (const arrival of due) launch(arrival);
      };
      timer = setInterval(tick, TICK_MS);
      tick();
    },
    async end() {
      clearInterval(timer);
      await Promise.all(running);
      client.close();
    },
    abort() {
      clearInterval(timer);
      client.close();
    },
  };
}

function unsent(step: PlannedStep, intended: number, now: number, detail: string): WorkRequest {
  return {
    step: step.id,
    class: step.class satisfies StepClass,
    intended,
    sent: null,
    ended: now,
    status: null,
    outcome: 'unsent',
    detail,
    entry: null,
  };
}

async function runStep(
  options: HttpWorkloadOptions,
  client: HttpClient,
  { index, step: due }: Arrival,
  intended: number,
): Promise<WorkRequest> {
  const { plan, ledger, elapsed } = options;
  const step = readable(options, due);
  const known = step.ledger === 'reads' ? ledger.known(options.draw('entry', index)) : undefined;
  const id = step.ledger === 'writes' ? ledger.nextId() : (known?.id ?? null);
  const body = bodyBytes(step.request.body, plan.seed, id ?? String(index));
  const sent = elapsed();
  const answer = await client.call({
    method: step.request.method,
    url: new URL(fillTemplate(step.request.path, id === null ? {} : { new: id, known: id }), options.url).href,
    headers: step.request.headers,
    body,
    patienceMs: plan.patienceMs - (sent - intended),
    keepChars: step.expect.body.kind === 'contains' ? 1_000_000 : 200,
  });
  const verdict = judge(step, answer, known?.digest ?? null);
  if (step.ledger === 'writes' && id !== null) {
    const entry = writtenEntry(step, id, body ?? Buffer.alloc(0), answer);
    if (entry !== null) {
      ledger.record(entry);
      options.onEntry(entry);
    }
  }
  const status = answer.status;
  return { step: step.id, class: step.class, intended, sent, ended: elapsed(), status, ...verdict, entry: id };
}

/** Until there is something to read, a reader writes. */
function readable({ plan, ledger }: HttpWorkloadOptions, due: PlannedStep): PlannedStep {
  if (due.ledger !== 'reads' || ledger.known(0) !== undefined) return due;
  return plan.workload.steps.find((step) => step.ledger === 'writes') ?? due;
}

function bodyBytes(body: PlannedBody, seed: string, id: string): Buffer | null {
  switch (body.kind) {
    case 'none':
      return null;
    case 'text':
      return Buffer.from(body.text);
    case 'random':
      return entryBody(seed, id, body.bytes);
    default:
      return body satisfies never;
  }
}

function judge(step: PlannedStep, answer: HttpAnswer, digest: string | null): Pick<WorkRequest, 'outcome' | 'detail'> {
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
