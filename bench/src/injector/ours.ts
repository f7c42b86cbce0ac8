// A bench process: the injector in pass-through, everything on: recognition, decision, one event per exchange.
import { startInjector } from '@gameday/injector';
import { announce } from './process.ts';

let events = 0;
const injector = await startInjector({
  regions: [{ region: 'us-east-1', upstream: `http://127.0.0.1:${process.argv[2]}` }],
  seed: 'bench',
  onExchange: ({ outcome }) => {
    if (outcome === 'answered') events += 1;
  },
});
const { port } = new URL(injector.endpoints.get('us-east-1') ?? '');
announce({ address: '127.0.0.1', family: 'IPv4', port: Number(port) });
process.on('exit', () => {
  if (events === 0) console.error('no exchange was seen');
});
