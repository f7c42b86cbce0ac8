// A store in a process of its own, to be killed by a test: prints its endpoint and serves until then.
import { startStore } from '../src/store/index.ts';
import { owner } from './store-kit.ts';

const [dataFolder, durable] = process.argv.slice(2);
if (dataFolder === undefined) throw new Error('usage: store-child DATA_FOLDER [durable]');
const store = await startStore({
  regions: ['us-east-1'],
  credentials: [owner],
  dataFolder,
  durable: durable === 'durable',
});
process.stdout.write(`${store.endpoints.get('us-east-1') ?? ''}\n`);
