import type { ExchangeEvent } from '../core/event.ts';

const label = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

/** Counts exchanges for Prometheus. */
export class Accounts {
  readonly #exchanges = new Map<string, number>();

  add({ exchange, outcome, fault }: ExchangeEvent): void {
    const labels = `region="${label(exchange.region)}",operation="${exchange.operation}",outcome="${outcome}",fault="${fault?.kind ?? ''}"`;
    this.#exchanges.set(labels, (this.#exchanges.get(labels) ?? 0) + 1);
  }

  /** In the text format 0.0.4 of Prometheus. */
  metrics(fired: ReadonlyMap<string, number>, inFlight: number): string {
    return [
      '# HELP gameday_exchanges_total S3 exchanges that are over.',
      '# TYPE gameday_exchanges_total counter',
      ...[...this.#exchanges].map(([labels, count]) => `gameday_exchanges_total{${labels}} ${count}`),
      '# HELP gameday_window_fired Exchanges that a window of the timeline has struck.',
      '# TYPE gameday_window_fired gauge',
      ...[...fired].map(([id, count]) => `gameday_window_fired{window="${label(id)}"} ${count}`),
      '# HELP gameday_in_flight Exchanges in flight.',
      '# TYPE gameday_in_flight gauge',
      `gameday_in_flight ${inFlight}`,
      '',
    ].join('\n');
  }
}
