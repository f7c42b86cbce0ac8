import type { EntryOf } from '@gameday/reporter/journal';
import type { Finding } from './diagnosis.ts';
import type { Ledger } from '../ledger/ledger.ts';

type OfEntry = Omit<EntryOf<'ledger.audited'>, 't'> | Omit<EntryOf<'ledger.state'>, 't'>;
type OfList = Omit<EntryOf<'ledger.listed'>, 't'>;

const WAYS = { app: 'through the app', s3: 'straight from S3', command: 'by the audit command' } as const;

/** Whether what the app acknowledged while nothing was broken is found again, in each of the ways of the audit. */
export function roundTripFindings(ledger: Ledger, audited: readonly (OfEntry | OfList)[]): readonly Finding[] {
  const ofEntries = audited.filter((one): one is OfEntry => one.type !== 'ledger.listed');
  const ways = new Map<string, OfEntry[]>();
  for (const one of ofEntries) {
    if (one.type === 'ledger.audited' && !one.acked) continue;
    const way = one.place === undefined ? WAYS[one.via] : `${WAYS[one.via]} (${one.place})`;
    ways.set(way, [...(ways.get(way) ?? []), one]);
  }
  return [
    ...sharedIds(ledger),
    ...[...ways].map(([way, found]) => wayFinding(way, found)),
    ...audited.filter((one): one is OfList => one.type === 'ledger.listed').flatMap((one) => listFinding(ledger, one)),
  ];
}

const isThere = (one: OfEntry): boolean =>
  one.type === 'ledger.audited'
    ? one.found === 'present'
    : one.found === 'value' && (one.kind === 'counter' || (one.seen ?? null) !== null);

function wayFinding(way: string, all: readonly OfEntry[]): Finding {
  const check = `acknowledged writes are found again ${way}`;
  const bad = all.find((one) => !isThere(one));
  const count = `${all.filter(isThere).length} of ${all.length}`;
  if (bad === undefined) return { check, state: 'ok', detail: count, hint: null };
  const detail = `${count}; ${bad.found}${bad.detail === '' ? '' : `: ${bad.detail}`}`;
  // An app may put into S3 later what it holds now; what it does not know itself is lost to its users.
  return bad.via === 's3'
    ? { check, state: 'warning', detail, hint: 'look at audit.s3 in chaos.yaml, or the app writes to S3 later' }
    : { check, state: 'problem', detail, hint: 'look at audit in chaos.yaml, and at the step that reads an entry' };
}

function listFinding(ledger: Ledger, { via, collection, entries, detail }: OfList): readonly Finding[] {
  const of = collection === undefined ? '' : ` of ${collection}`;
  const check = `acknowledged writes stand in the list${of} ${WAYS[via]}`;
  if (entries === null) {
    return [{ check, state: 'problem', detail, hint: 'look at audit in chaos.yaml' }];
  }
  const isWritten = [...ledger.entries()].some(
    (entry) => entry.kind === 'set' && entry.collection === (collection ?? null),
  );
  const isEmpty = entries === 0 && isWritten && via === 'app';
  const hint = 'look at the request and the regex of audit.list in chaos.yaml';
  return [{ check, state: isEmpty ? 'problem' : 'ok', detail: `${entries} of them`, hint: isEmpty ? hint : null }];
}

/** An id that the app gave twice, with nothing broken at all. */
function sharedIds(ledger: Ledger): readonly Finding[] {
  const given = new Map<string | null, Set<string>>();
  for (const { isGivenId, known, state, collection } of ledger.entries()) {
    if (!isGivenId || known === null || state !== 'acked') continue;
    given.set(collection, (given.get(collection) ?? new Set()).add(known.name));
  }
  return [...given].map(([collection, names]) => sharedIdsFinding(ledger, collection, names));
}

function sharedIdsFinding(ledger: Ledger, collection: string | null, names: ReadonlySet<string>): Finding {
  const check = `the app gives each write${collection === null ? '' : ` to ${collection}`} an id of its own`;
  const [example = ''] = names;
  const sharers = (name: string) => ledger.named(name, collection);
  const shared = [...names].find((name) => sharers(name).filter(({ deletion }) => deletion === 'none').length > 1);
  if (shared === undefined) {
    return { check, state: 'ok', detail: `${names.size} ids, such as ${JSON.stringify(example)}`, hint: null };
  }
  const detail = `${JSON.stringify(shared)} was given to ${sharers(shared).length} writes`;
  return { check, state: 'problem', detail, hint: 'look at new: in chaos.yaml, and at how the app makes its ids' };
}
