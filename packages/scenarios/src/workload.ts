/** The load generator and its ledger by themselves, for the benches. */
export { createWorkload } from './adapters/open-loop-workload.ts';
export { createLedger } from './core/ledger.ts';
