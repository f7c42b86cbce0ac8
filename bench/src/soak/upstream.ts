// A bench process: the embedded S3 behind the soaked injector.
import { startStore } from '@gameday/injector';
import { announce } from '../injector/process.ts';
import { credentials } from './client.ts';

const store = await startStore({
  regions: ['us-east-1'],
  credentials: [{ accessKeyId: credentials.accessKeyId, secretAccessKey: credentials.secretAccessKey }],
});
const { port } = new URL(store.endpoints.get('us-east-1') ?? '');
announce({ address: '127.0.0.1', family: 'IPv4', port: Number(port) });
