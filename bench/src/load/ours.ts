// A bench process: our load generator alone. argv: the app's port, arrivals a second, seconds. Prints what it took.
import { createHistogram } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { defaultTargetForCommand, loadScenario, planExperiment } from '@gameday/scenarios';
import { createLedger, createWorkload } from '@gameday/scenarios/workload';

const [, , port = '', rate = '', seconds = ''] = process.argv;
const url = `http://127.0.0.1:${port}`;
const scenario = await loadScenario(fileURLToPath(new URL('../../../../scenarios/brownout.yaml', import.meta.url)));
const target = defaultTargetForCommand(['true'], url, '/app');
const plan = planExperiment({ scenario, target, targetFolder: '/app', options: { seed: 'bench' } });

const lateUs = createHistogram();
let good = 0;
const workload = createWorkload({
  plan: { ...plan, workload: { ...plan.workload, perSecond: Number(rate) } },
  url,
  ledger: createLedger('bench'),
  elapsed: () => performance.now(),
  draw: () => 0.5,
  onLedger: () => {},
  runCommand: () => Promise.reject(new Error('no commands here')),
});
workload.onRequest(({ sent, intended, outcome }) => {
  if (sent !== null) lateUs.record(Math.max(1, Math.round((sent - intended) * 1_000)));
  if (outcome === 'good') good += 1;
});
// As in a run, while the app starts.
await workload.prepare();
const before = process.cpuUsage();
workload.begin();
await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1_000));
await workload.end();
const { user, system } = process.cpuUsage(before);
console.log(
  JSON.stringify({
    requests: good,
    cpuUs: user + system,
    lateP50Ms: lateUs.percentile(50) / 1_000,
    lateP99Ms: lateUs.percentile(99) / 1_000,
  }),
);
process.exit();
