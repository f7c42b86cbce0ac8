// A bench process: the embedded store on disk. argv: how many keys its bucket holds to begin with.
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStore, type Store } from '@gameday/injector';
import { announce } from '../injector/process.ts';
import { credentials, load } from './client.ts';

const KEYS_PER_WRITE = 10_000;
const dataFolder = await mkdtemp(join(tmpdir(), 'gameday-bench-'));
const start = (): Promise<Store> => startStore({ regions: ['us-east-1'], credentials: [credentials], dataFolder });
const portOf = (store: Store): number => Number(new URL(store.endpoints.get('us-east-1') ?? '').port);

/** One object put as clients do; its line of the log then stands for as many as are wanted. */
async function fill(keys: number): Promise<void> {
  const store = await start();
  const once = { bytes: 0, connections: 1, requests: 1 };
  await load(portOf(store), 'PUT', '/bench', once);
  await load(portOf(store), 'PUT', '/bench/k0000000', once);
  await store.stop();
  const path = join(dataFolder, 'log.ndjson');
  const line = (await readFile(path, 'utf8')).trimEnd().split('\n').at(-1) ?? '';
  const log = await open(path, 'a');
  for (let key = 1; key < keys; key += KEYS_PER_WRITE) {
    const names = Array.from(
      { length: Math.min(KEYS_PER_WRITE, keys - key) },
      (_, index) => `k${String(key + index).padStart(7, '0')}`,
    );
    await log.write(names.map((name) => `${line.replace('k0000000', name)}\n`).join(''));
  }
  await log.close();
}

await fill(Number(process.argv[2]));
const store = await start();
process.on(
  'SIGTERM',
  () =>
    void store
      .stop()
      .then(() => rm(dataFolder, { recursive: true }))
      .then(() => process.exit()),
);
announce({ port: portOf(store), address: '127.0.0.1', family: 'IPv4' });
