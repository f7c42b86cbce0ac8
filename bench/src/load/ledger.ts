// A bench process: a million acknowledged writes in our ledger, or in a Map of objects. argv: `ours` or `map`. Prints the
// bytes of memory that each entry takes, and the CPU time of all. Started with --expose-gc.
import { createLedger } from '@gameday/scenarios/workload';

const ENTRIES = 1_000_000;
const used = (): number => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
const digestOf = (index: number): string => index.toString(16).padStart(64, '0');

function fillOurs(): unknown {
  const ledger = createLedger('bench');
  for (let index = 0; index < ENTRIES; index += 1) {
    const id = ledger.nextId();
    ledger.begin(id, { kind: 'set', place: null, step: 'put', digest: digestOf(index), bytes: 100, sentMs: index });
    ledger.settle(id, 'acked', index + 1);
  }
  if (ledger.size !== ENTRIES) throw new Error('entries are missing');
  return ledger;
}

function fillMap(): unknown {
  const entries = new Map<string, object>();
  for (let index = 0; index < ENTRIES; index += 1) {
    const id = `bench-${String(index + 1).padStart(6, '0')}`;
    const entry = { id, step: 'put', digest: digestOf(index), bytes: 100, state: 'acked', sentMs: index };
    entries.set(id, { ...entry, settledMs: index + 1 });
  }
  return entries;
}

const before = used();
const cpu = process.cpuUsage();
const kept = process.argv[2] === 'map' ? fillMap() : fillOurs();
const { user, system } = process.cpuUsage(cpu);
const seconds = (user + system) / 1e6;
const bytes = (used() - before) / ENTRIES;
console.log(JSON.stringify({ bytes, seconds, kept: typeof kept }));
