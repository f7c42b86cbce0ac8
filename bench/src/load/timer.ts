// A bench process: a bare timer that looks at the same schedule and sends nothing. argv: arrivals a second, seconds. Prints
// how late it was: sooner than this nothing on the machine can be.
import { createHistogram } from 'node:perf_hooks';

const [, , rate = '', seconds = ''] = process.argv;
const lateUs = createHistogram();
const began = performance.now();
let next = 0;
const timer = setInterval(() => {
  const now = performance.now() - began;
  for (; (next * 1_000) / Number(rate) <= now; next += 1) {
    lateUs.record(Math.max(1, Math.round((now - (next * 1_000) / Number(rate)) * 1_000)));
  }
}, 1);
setTimeout(
  () => {
    clearInterval(timer);
    console.log(JSON.stringify({ lateP99Ms: lateUs.percentile(99) / 1_000 }));
  },
  Number(seconds) * 1_000,
);
