import type { Ledger } from '../../core/ledger/ledger.ts';
import type { AuditFinding, Auditor } from '../../ports/auditor.ts';
import { readBack, unclear, type AppRead } from './app-auditor.ts';
import { createHttpClient } from '../workload/http-exchange.ts';

/** A longer list is not looked at: 32 million characters hold half a million entries. */
const LIST_CHARS_MAX = 32_000_000;

/**
 * Counts how often every entry of a collection stands in a list of all. What is missing there is no finding: lists have
 * pages.
 * @param pattern a regular expression whose first group, or match, is an id; null for wherever one stands
 */
export function createListAuditor(
  app: AppRead,
  { collection, path, pattern }: { collection: string | null; path: string; pattern: string | null },
): Auditor {
  return {
    async audit(ledger: Ledger, onFinding: (finding: AuditFinding) => void, signal: AbortSignal) {
      const client = createHttpClient(1);
      const answer = await readBack(client, app, path, signal, LIST_CHARS_MAX + 1);
      client.close();
      const base = { type: 'ledger.listed', via: 'app', ...(collection === null ? {} : { collection }) } as const;
      const why = unclear(answer);
      if (why !== null || answer.kind !== 'answered') {
        onFinding({ ...base, entries: null, detail: why ?? '' });
        return;
      }
      if (answer.status >= 300 || answer.text.length > LIST_CHARS_MAX) {
        const detail = answer.status >= 300 ? `status ${answer.status}` : 'longer than can be looked through';
        onFinding({ ...base, entries: null, detail });
        return;
      }
      const times = new Map<string, number>();
      for (const [whole, group] of answer.text.matchAll(new RegExp(pattern ?? `${ledger.prefix}-\\d{6,}`, 'g'))) {
        const id = group ?? whole;
        times.set(id, (times.get(id) ?? 0) + 1);
      }
      for (const finding of repeated(ledger, collection, times)) onFinding(finding);
      onFinding({
        ...base,
        entries: [...times.keys()].filter((name) => ledger.named(name, collection).length > 0).length,
        detail: '',
      });
    },
  };
}

/** What stands in a list more than once. */
function* repeated(
  ledger: Ledger,
  collection: string | null,
  times: ReadonlyMap<string, number>,
): IterableIterator<AuditFinding> {
  for (const [name, count] of times) {
    const sharers = count > 1 ? ledger.named(name, collection) : [];
    const entry = sharers.at(-1);
    // Where the app gave one id to several, each of them stands there by right.
    if (entry === undefined || count <= sharers.length) continue;
    const { id } = entry;
    const acked = entry.state === 'acked';
    yield {
      type: 'ledger.audited',
      entry: id,
      acked,
      via: 'app',
      found: 'duplicated',
      detail: `it is there ${count} times`,
    };
  }
}
