import type { ExchangeEvent, UnansweredEvent } from '@gameday/injector';
import type { EntryOf } from '@gameday/reporter/journal';

/** A connection attempt as a journal entry. @param originMs the run's zero on the injector's clock */
export const unansweredEntry = (event: UnansweredEvent, originMs: number): EntryOf<'s3.unanswered'> => ({
  t: event.endedMs - originMs,
  type: 's3.unanswered',
  started: event.startedMs - originMs,
  region: event.region,
  window: event.windowId,
  waiting: event.waiting,
});

/**
 * The injector's event as a journal entry; the one place where the two vocabularies meet.
 * @param originMs the run's zero on the injector's clock
 * @param digestKey object keys can be secrets: they are journalled as digests
 */
export function exchangeEntry(
  event: ExchangeEvent,
  originMs: number,
  digestKey: (key: string) => string,
): EntryOf<'s3.exchange'> {
  const { exchange } = event;
  return {
    t: event.endedMs - originMs,
    type: 's3.exchange',
    started: event.startedMs - originMs,
    region: exchange.region,
    operation: exchange.operation,
    class: exchange.class,
    bucket: exchange.bucket,
    key: exchange.key === null ? null : digestKey(exchange.key),
    invocation: exchange.invocation,
    attempt: exchange.attempt,
    attemptsMax: exchange.attemptsMax,
    ...(exchange.traceparent === undefined ? {} : { traceparent: exchange.traceparent }),
    status: event.status,
    outcome: event.outcome,
    fault: event.fault === null ? null : { window: event.fault.windowId, kind: event.fault.kind },
    addedLatencyMs: event.addedLatencyMs,
    applied: event.applied,
    ...(event.refused === null ? {} : { refused: event.refused }),
    requestBytes: event.requestBytes,
    responseBytes: event.responseBytes,
    upstreamMs: event.upstreamMs,
    ...(event.connection === undefined ? {} : { connection: event.connection }),
  };
}
