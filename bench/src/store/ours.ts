// A bench process: the embedded store, signatures verified as ever.
import { startStore } from '@gameday/injector';
import { announce } from '../injector/process.ts';
import { credentials } from './client.ts';

const store = await startStore({ regions: ['us-east-1'], credentials: [credentials] });
const { port } = new URL(store.endpoints.get('us-east-1') ?? '');
process.on('SIGTERM', () => void store.stop().then(() => process.exit()));
announce({ port: Number(port), address: '127.0.0.1', family: 'IPv4' });
