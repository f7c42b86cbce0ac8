/** A connection that can be kept. */
export interface Keepable {
  readonly writable: boolean;
  destroy(): void;
}

/** An upstream that closes idle connections after so long may already be closing one that has been idle for this much less. */
const CLOSING_MARGIN_MS = 1_000;

/** Connections to one upstream that wait for their next request, the last one used first. */
export class IdleConnections<Connection extends Keepable> {
  readonly #idle: { readonly connection: Connection; readonly sinceMs: number }[] = [];
  /** For how long the upstream keeps an idle connection, in milliseconds, as it announced in `Keep-Alive`. */
  #maxMs = Infinity;

  /** The upstream announced that it keeps idle connections for so long, in seconds. */
  announced(seconds: number): void {
    this.#maxMs = Math.min(this.#maxMs, seconds * 1_000);
  }

  give(connection: Connection): void {
    this.#idle.push({ connection, sinceMs: performance.now() });
  }

  /** It was closed. */
  forget(connection: Connection): void {
    const place = this.#idle.findIndex((idle) => idle.connection === connection);
    if (place !== -1) this.#idle.splice(place, 1);
  }

  take(): Connection | undefined {
    let idle = this.#idle.pop();
    while (idle !== undefined) {
      const { connection, sinceMs } = idle;
      const fresh = this.#maxMs === Infinity || performance.now() - sinceMs < this.#maxMs - CLOSING_MARGIN_MS;
      if (fresh && connection.writable) return connection;
      connection.destroy();
      idle = this.#idle.pop();
    }
    return undefined;
  }
}
