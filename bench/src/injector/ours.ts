// A bench process: the injector, everything on: recognition, decision, one event an exchange. With `whole` also a
// timeline of a hundred windows in force, each of which looks at the request, and a journal.
import { createWriteStream } from 'node:fs';
import { startInjector, type FaultWindow } from '@gameday/injector';
import { announce } from './process.ts';

const [upstreamPort, path, door] = process.argv.slice(2);
const REGION = 'us-east-1';
const journal = createWriteStream('/dev/null');
let lines: string[] = [];
let events = 0;

const windows = Array.from({ length: 100 }, (_, index): FaultWindow => ({
  id: `w${index}`,
  startMs: 0,
  endMs: 86_400_000,
  // Half of them would strike this bucket, but not this key; half would strike the key, but not this bucket.
  where: { regions: [REGION], ...(index % 2 === 0 ? { buckets: ['others'] } : { prefixes: [`videos/${index}/`] }) },
  share: { from: 0.5, to: 0.5 },
  fault: { kind: 'silent' },
  inFlight: 'spare',
}));

const injector = await startInjector({
  regions: [{ region: REGION, upstream: `http://127.0.0.1:${upstreamPort}` }],
  seed: 'bench',
  ...(door === 'proxy' ? { proxyPort: 0 } : {}),
  onExchange: (event) => {
    if (event.outcome === 'answered') events += 1;
    if (path !== 'whole') return;
    lines.push(`${JSON.stringify(event)}\n`);
    if (lines.length < 256) return;
    journal.write(lines.join(''));
    lines = [];
  },
});
if (path === 'whole') injector.start({ windows });
const { port } = new URL((door === 'proxy' ? injector.proxy?.url : injector.endpoints.get(REGION)) ?? '');
announce({ address: '127.0.0.1', family: 'IPv4', port: Number(port) });
process.on('exit', () => {
  if (events === 0) console.error('no exchange was seen');
});
