import { setTimeout as sleep } from 'node:timers/promises';
import { capture } from '../../core/workload/capture.ts';
import { excerpt } from '../../core/source/excerpt.ts';
import type { Ledger } from '../../core/ledger/ledger.ts';
import type { LedgerEntry } from '../../core/ledger/ledger-entry.ts';
import { isNamed } from '../../core/ledger/ledger-turn.ts';
import type { CaptureFrom } from '../../core/plan.ts';
import { fillTemplate } from '../../core/words/template.ts';
import type { Auditor, EntryFinding } from '../../ports/auditor.ts';
import { createHttpClient, type HttpAnswer, type HttpClient } from '../workload/http-exchange.ts';
import { forEachEntry } from './for-each-entry.ts';

/** Reads under way at once: an app that has just recovered is not to be knocked over by its audit. */
export const AUDIT_SOCKETS_MAX = 16;
const TRIES_MAX = 3;
const TRY_AGAIN_AFTER_MS = 500;
const KEEP_CHARS = 1_000_000;

export interface AppRead {
  /** Base URL of the app. */
  readonly url: string;
  readonly patienceMs: number;
}

/** What is read back of a collection, and how: `value` is where an answer says which entry it is. */
export interface AppAudit {
  readonly collection: string | null;
  readonly path: string;
  readonly value: CaptureFrom | null;
}

/** Reads every entry of a collection back through the app, as its users would. */
export function createAppAuditor(app: AppRead, { collection, path, value }: AppAudit): Auditor {
  return {
    async audit(ledger: Ledger, onFinding, signal: AbortSignal) {
      const client = createHttpClient(AUDIT_SOCKETS_MAX);
      await forEachEntry(ledger, collection, AUDIT_SOCKETS_MAX, signal, async (entry) => {
        const address = fillTemplate(path, { entry: entry.known.inUrl });
        onFinding(judge(entry, value, await readBack(client, app, address, signal, value === null ? 200 : KEEP_CHARS)));
      });
      client.close();
    },
  };
}

/** Asks the app, and again where it gives no clear answer. */
export async function readBack(
  client: HttpClient,
  { url, patienceMs }: AppRead,
  path: string,
  signal: AbortSignal,
  keepChars: number,
): Promise<HttpAnswer> {
  const read = (): Promise<HttpAnswer> =>
    client.call({ method: 'GET', url: new URL(path, url).href, headers: {}, body: null, patienceMs, keepChars });
  let answer = await read();
  for (let tries = 1; unclear(answer) !== null && tries < TRIES_MAX && !signal.aborted; tries += 1) {
    await sleep(TRY_AGAIN_AFTER_MS);
    answer = await read();
  }
  return answer;
}

/** Why an answer says nothing; null where it says something, were it that there is no such thing. */
export function unclear(answer: HttpAnswer): string | null {
  if (answer.kind === 'hang') return 'no answer';
  if (answer.kind === 'failed') return answer.reason;
  if (answer.status === 404 || answer.status === 410) return null;
  const good = answer.status >= 200 && answer.status < 300;
  return good ? null : `status ${answer.status}: ${excerpt(answer.text)}`;
}

function judge(entry: LedgerEntry, value: CaptureFrom | null, answer: HttpAnswer): EntryFinding {
  const base = { type: 'ledger.audited', entry: entry.id, acked: entry.state === 'acked', via: 'app' } as const;
  const why = unclear(answer);
  if (why !== null || answer.kind !== 'answered') return { ...base, found: 'unreadable', detail: why ?? '' };
  if (answer.status >= 300) return { ...base, found: 'absent', detail: `status ${answer.status}` };
  const right = value === null ? answer.digest === entry.digest : isNamed(entry, capture(value, answer));
  return right
    ? { ...base, found: 'present', detail: '' }
    : { ...base, found: 'corrupted', detail: 'other bytes than were written' };
}
