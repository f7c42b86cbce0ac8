/** The load generator and its ledger by themselves, for the benches. */
export { createWorkload } from './adapters/workload/open-loop-workload.ts';
export { createLedger } from './core/ledger/ledger.ts';
