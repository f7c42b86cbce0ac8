import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger, LedgerEntry } from '../core/ledger.ts';
import { fillTemplate } from '../core/template.ts';
import type { AuditFinding, Auditor } from '../ports/auditor.ts';
import { createHttpClient, type HttpAnswer } from './http-exchange.ts';
import { forEachEntry } from './for-each-entry.ts';

const SOCKETS_MAX = 16;
const TRIES_MAX = 3;
const TRY_AGAIN_AFTER_MS = 500;

/** Reads every entry back through the app, as its users would. */
export function createAppAuditor(url: string, path: string, patienceMs: number): Auditor {
  return {
    async audit(ledger: Ledger, onFinding: (finding: AuditFinding) => void, signal: AbortSignal) {
      const client = createHttpClient(SOCKETS_MAX);
      const read = (entry: LedgerEntry): Promise<HttpAnswer> =>
        client.call({
          method: 'GET',
          url: new URL(fillTemplate(path, { entry: entry.id }), url).href,
          headers: {},
          body: null,
          patienceMs,
          keepChars: 200,
        });
      await forEachEntry(ledger, SOCKETS_MAX, signal, async (entry) => {
        let finding = judge(entry, await read(entry));
        for (let tries = 1; finding.found === 'unreadable' && tries < TRIES_MAX && !signal.aborted; tries += 1) {
          await sleep(TRY_AGAIN_AFTER_MS);
          finding = judge(entry, await read(entry));
        }
        onFinding(finding);
      });
      client.close();
    },
  };
}

function judge(entry: LedgerEntry, answer: HttpAnswer): AuditFinding {
  const base = { entry: entry.id, acked: entry.state === 'acked', via: 'app' } as const;
  if (answer.kind === 'hang') return { ...base, found: 'unreadable', detail: 'no answer' };
  if (answer.kind === 'failed') return { ...base, found: 'unreadable', detail: answer.reason };
  if (answer.status === 404 || answer.status === 410)
    return { ...base, found: 'absent', detail: `status ${answer.status}` };
  if (answer.status < 200 || answer.status > 299) {
    return { ...base, found: 'unreadable', detail: `status ${answer.status}: ${answer.text.slice(0, 120)}` };
  }
  return answer.digest === entry.digest
    ? { ...base, found: 'present', detail: '' }
    : { ...base, found: 'corrupted', detail: 'other bytes than were written' };
}
