import { randomBytes } from 'node:crypto';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Entry } from '@gameday/reporter/journal';
import { createMeasures } from './measures.ts';
import { createSpans, ForcedIds } from './spans.ts';

/** What a run tells of itself over OTLP. */
export interface Telemetry {
  /** Takes the journal's next entry. */
  add(entry: Entry): void;
  /** A new W3C trace context, sampled, for a request of the workload. */
  readonly traceparent: () => string;
  /**
   * Tells the grade and hands over what is left, within a few seconds.
   * @returns what went wrong on the way, for the reader, or null
   */
  finish(grade: { readonly letter: string | null; readonly score: number | null } | null): Promise<string | null>;
}

const EXPORT_EVERY_MS = 2_000;
/** A receiver that takes longer than this does not hold a run up. */
const EXPORT_MS_MAX = 3_000;
const FINISH_MS_MAX = 5_000;
const QUEUE_MAX = 32_768;

const silent = (): void => {};

/**
 * Telemetry by OpenTelemetry's own SDK over OTLP/HTTP. Nothing that fails here reaches the run.
 * @param url base URL of the receiver; null for what the environment says
 */
export function startTelemetry(url: string | null, gamedayVersion: string): Telemetry {
  let problem: string | null = null;
  const complain = (message: string, ...more: unknown[]): void => {
    problem ??= [message, ...more.map(String)].join(' ').slice(0, 300);
  };
  diag.setLogger(
    { error: complain, warn: complain, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const to = (path: string) => ({
    timeoutMillis: EXPORT_MS_MAX,
    ...(url === null ? {} : { url: `${url.replace(/\/+$/, '')}/v1/${path}` }),
  });
  const resource = resourceFromAttributes({ 'service.name': 'gameday', 'service.version': gamedayVersion });
  const ids = new ForcedIds((bytes) => randomBytes(bytes).toString('hex'));
  const tracers = new TracerProvider({
    resource,
    idGenerator: ids,
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter(to('traces')),
        maxQueueSize: QUEUE_MAX,
        scheduledDelayMillis: EXPORT_EVERY_MS,
        exportTimeoutMillis: EXPORT_MS_MAX,
      }),
    ],
  });
  const meters = new MeterProvider({
    resource,
    readers: [
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter(to('metrics')),
        exportIntervalMillis: EXPORT_EVERY_MS + EXPORT_MS_MAX,
        exportTimeoutMillis: EXPORT_MS_MAX,
      }),
    ],
  });
  const spans = createSpans(tracers.getTracer('gameday', gamedayVersion), ids);
  const measures = createMeasures(meters.getMeter('gameday', gamedayVersion));

  return {
    add(entry) {
      spans.add(entry);
      measures.add(entry);
    },
    traceparent: () => `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`,
    async finish(grade) {
      spans.finish(grade);
      measures.finish(grade);
      const late = new Promise<void>((resolve) => {
        setTimeout(() => {
          complain('the receiver took too long');
          resolve();
        }, FINISH_MS_MAX).unref();
      });
      await Promise.race([handOver([tracers, meters], complain), late]);
      diag.disable();
      return problem;
    },
  };
}

/** Sends what is left. */
async function handOver(
  providers: readonly { shutdown(): Promise<void> }[],
  complain: (message: string) => void,
): Promise<void> {
  for (const result of await Promise.allSettled(providers.map((provider) => provider.shutdown()))) {
    if (result.status === 'rejected') complain(String(result.reason));
  }
}
