import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type HrTime,
  type Span,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import type { IdGenerator } from '@opentelemetry/sdk-trace';
import type { Entry, EntryOf } from '@gameday/reporter/journal';

/** Ids that are drawn, except where the next span must have given ones: those that a request carried. */
export class ForcedIds implements IdGenerator {
  readonly #draw: (bytes: number) => string;
  #next: { readonly traceId: string; readonly spanId: string } | null = null;

  /** @param draw so many random bytes, hex */
  constructor(draw: (bytes: number) => string) {
    this.#draw = draw;
  }

  /** Starts a span with these ids. */
  with(ids: { readonly traceId: string; readonly spanId: string }, start: () => Span): Span {
    this.#next = ids;
    try {
      return start();
    } finally {
      this.#next = null;
    }
  }

  generateTraceId = (): string => this.#next?.traceId ?? this.#draw(16);
  generateSpanId = (): string => this.#next?.spanId ?? this.#draw(8);
}

/** A valid `traceparent`; whoever wrote it into the journal has checked it. */
function contextOf(traceparent: string): SpanContext {
  const [, traceId = '', spanId = '', flags = '00'] = traceparent.split('-');
  const traceFlags = Number.parseInt(flags, 16) % 2 === 1 ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return { traceId, spanId, traceFlags, isRemote: true };
}

/** What makes spans of a run's journal. */
export interface RunSpans {
  add(entry: Entry): void;
  finish(grade: { readonly letter: string | null; readonly score: number | null } | null): void;
}

/**
 * The run is one trace: the run, its phases, its faults. Each request of the workload is a trace of its own, linked to the
 * run, in which the app's own spans and S3's exchanges find their places by `traceparent`.
 */
export function createSpans(tracer: Tracer, ids: ForcedIds): RunSpans {
  let originMs = 0;
  let endedAt = 0;
  let run: Span | null = null;
  let inRun: Context = ROOT_CONTEXT;
  let windows = new Map<string, EntryOf<'run.started'>['plan']['windows'][number]>();
  const open = new Map<string, Span>();
  const at = (t: number): HrTime => {
    const ms = originMs + t;
    const seconds = Math.floor(ms / 1_000);
    return [seconds, Math.round((ms - seconds * 1_000) * 1_000_000)];
  };
  const links = () => (run === null ? [] : [{ context: run.spanContext() }]);
  const begin = (key: string, name: string, t: number, attributes: Attributes): void => {
    open.set(key, tracer.startSpan(name, { startTime: at(t), attributes }, inRun));
  };
  const end = (key: string, t: number, attributes: Attributes = {}): void => {
    open.get(key)?.setAttributes(attributes).end(at(t));
    open.delete(key);
  };

  const beginRun = ({ at: wall, runId, plan }: EntryOf<'run.started'>): void => {
    originMs = Date.parse(wall);
    windows = new Map(plan.windows.map((window) => [window.id, window]));
    const attributes = {
      'gameday.run.id': runId,
      'gameday.scenario': plan.scenario.name,
      'gameday.target': plan.target.name,
      'gameday.seed': plan.seed,
      'gameday.speed': plan.clock.speed,
    };
    run = tracer.startSpan(`game day ${plan.scenario.name}`, { startTime: at(0), attributes, root: true });
    inRun = trace.setSpan(ROOT_CONTEXT, run);
  };
  const addRequest = (entry: EntryOf<'work.request'>): void => {
    if (entry.traceparent === undefined || entry.sent === null) return;
    const attributes: Attributes = {
      'gameday.step': entry.step,
      'gameday.class': entry.class,
      'gameday.outcome': entry.outcome,
      'gameday.waited_ms': entry.sent - entry.intended,
    };
    if (entry.status !== null) attributes['http.response.status_code'] = entry.status;
    const options = { kind: SpanKind.CLIENT, startTime: at(entry.sent), attributes, links: links(), root: true };
    const span = ids.with(contextOf(entry.traceparent), () => tracer.startSpan(`user ${entry.step}`, options));
    if (entry.outcome !== 'good') span.setStatus({ code: SpanStatusCode.ERROR, message: entry.detail });
    span.end(at(entry.ended));
  };
  const addExchange = (entry: EntryOf<'s3.exchange'>): void => {
    const attributes: Attributes = {
      'rpc.system': 'aws-api',
      'rpc.service': 'S3',
      'rpc.method': entry.operation,
      'cloud.region': entry.region,
      'gameday.outcome': entry.outcome,
      'gameday.attempt': entry.attempt,
    };
    if (entry.bucket !== null) attributes['aws.s3.bucket'] = entry.bucket;
    if (entry.status !== null) attributes['http.response.status_code'] = entry.status;
    if (entry.fault !== null) {
      attributes['gameday.fault.kind'] = entry.fault.kind;
      attributes['gameday.fault.window'] = entry.fault.window;
    }
    const options = { kind: SpanKind.SERVER, startTime: at(entry.started), attributes, links: links() };
    const parent =
      entry.traceparent === undefined ? inRun : trace.setSpanContext(ROOT_CONTEXT, contextOf(entry.traceparent));
    const span = tracer.startSpan(`S3 ${entry.operation}`, options, parent);
    const failed = entry.outcome !== 'answered' || (entry.status ?? 0) >= 500;
    if (failed) span.setStatus({ code: SpanStatusCode.ERROR, message: entry.fault?.kind ?? entry.outcome });
    span.end(at(entry.t));
  };

  return {
    add(entry) {
      if (entry.type === 'run.started') beginRun(entry);
      else if (entry.type === 'phase.started') begin(`phase ${entry.phase}`, `phase ${entry.phase}`, entry.t, {});
      else if (entry.type === 'phase.ended') end(`phase ${entry.phase}`, entry.t);
      else if (entry.type === 'fault.started') {
        const window = windows.get(entry.window);
        begin(`fault ${entry.window}`, `fault ${window?.kind ?? entry.window}`, entry.t, {
          'gameday.fault.window': entry.window,
          'gameday.fault.does': window?.sentence ?? '',
          'cloud.region': window?.regions ?? [],
        });
      } else if (entry.type === 'fault.ended')
        end(`fault ${entry.window}`, entry.t, { 'gameday.fault.fired': entry.fired });
      else if (entry.type === 'work.request') addRequest(entry);
      else if (entry.type === 's3.exchange') addExchange(entry);
      else if (entry.type === 'run.ended') {
        for (const key of open.keys()) end(key, entry.t);
        run?.setAttribute('gameday.end', entry.reason);
        if (entry.reason !== 'completed') run?.setStatus({ code: SpanStatusCode.ERROR, message: entry.detail });
        endedAt = entry.t;
      }
    },
    finish(grade) {
      if (typeof grade?.letter === 'string') run?.setAttribute('gameday.letter', grade.letter);
      if (typeof grade?.score === 'number') run?.setAttribute('gameday.score', grade.score);
      run?.end(at(endedAt));
    },
  };
}
