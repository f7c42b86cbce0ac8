import { atMost, median, type Figure } from '../figure.ts';
import { startProcess } from '../injector/process.ts';
import { load, transfer } from './client.ts';

const FEW = 10_000;
const MANY = 1_000_000;
const LISTS = 50;
const ROUNDS = 5;
/** Of a page in the middle, as a client finds it that goes on after a key. */
const FLAT_RATIO_MAX = 1.5;
/** Times 64 MiB: 5 GiB, the most that one PUT can bring. */
const LARGEST = 80;
/** Buffers and garbage that is not collected yet: no more of them for a body eighty times as long. */
const MEMORY_RATIO_MAX = 1.5;

const onDisk = import.meta.resolve('./on-disk.js');

/** Milliseconds a page of a thousand keys, from the middle of so many. */
async function listMs(port: number, keys: number): Promise<number> {
  const page = `/bench?list-type=2&start-after=k${String(keys / 2).padStart(7, '0')}`;
  return 1000 / (await load(port, 'GET', page, { bytes: 0, connections: 1, requests: LISTS }));
}

/** Listing a million keys beside ten thousand: a page takes as long wherever it is. */
export async function listings(): Promise<Figure> {
  const few = await startProcess(onDisk, String(FEW));
  const many = await startProcess(onDisk, String(MANY));
  try {
    const rounds: { readonly few: number; readonly many: number }[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const measured = { few: await listMs(few.port, FEW), many: await listMs(many.port, MANY) };
      // The first one is for the compiler.
      if (round > 0) rounds.push(measured);
    }
    const of = (side: 'few' | 'many'): number => median(rounds.map((round) => round[side]));
    const metric = 'ms a page of 1,000 keys, amid 1,000,000';
    return atMost('store', metric, of('many'), of('few'), 'the same amid 10,000', FLAT_RATIO_MAX);
  } finally {
    await Promise.all([few, many].map((process) => process.stop()));
  }
}

/** The memory that a PUT and a GET of 5 GiB take, beside those of 64 MiB: bodies pass through. */
export async function memoryOfLargest(): Promise<Figure> {
  const store = await startProcess(onDisk, '1');
  try {
    const peakAfter = async (times: number): Promise<number> => {
      await transfer(store.port, 'PUT', '/bench/large', times);
      await transfer(store.port, 'GET', '/bench/large', times);
      return store.memory().peak / 1024 ** 2;
    };
    for (let round = 0; round < ROUNDS; round += 1) await peakAfter(1);
    const usual = store.memory().peak / 1024 ** 2;
    const metric = 'peak MiB of memory, PUT and GET of 5 GiB on disk';
    return atMost('store', metric, await peakAfter(LARGEST), usual, '64 MiB', MEMORY_RATIO_MAX);
  } finally {
    await store.stop();
  }
}
