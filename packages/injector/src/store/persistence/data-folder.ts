import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BlobStore } from '../blobs/blob-store.ts';
import { flushFolder } from '../blobs/flush-folder.ts';
import { Catalog } from '../catalog/catalog.ts';
import type { Mutation } from '../catalog/mutation.ts';
import { snapshotOf } from '../catalog/snapshot.ts';
import { MutationLog } from './mutation-log.ts';
import { isAlive, makeTemporaryFolder } from './temporary-folder.ts';

/** Bodies up to this many bytes stay in memory where nothing need survive the process. */
const MEMORY_BLOB_MAX_BYTES = 256 * 1024;

/** What a store stands on. */
export interface Storage {
  readonly catalog: Catalog;
  readonly blobs: BlobStore;
  /** Keeps a change; undefined where there is nothing to wait for. */
  readonly keep: (mutation: Mutation) => Promise<void> | undefined;
  close(): Promise<void>;
}

/** A store that forgets: small bodies in memory, large ones in a folder of the system's that goes with it. */
export async function openTemporaryStorage(): Promise<Storage> {
  const folder = await makeTemporaryFolder();
  return {
    catalog: new Catalog(),
    blobs: new BlobStore(folder, { memoryMaxBytes: MEMORY_BLOB_MAX_BYTES, idPrefix: 'b' }),
    keep: () => undefined,
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/**
 * A store that remembers: every body a file, every change a line of the log. What was acknowledged survives the death of
 * the process at any moment, and with `isDurable` the loss of power too: bodies, their names and the log are then flushed
 * to the device before anybody is told.
 * @throws Error where another process uses the folder, or its log is damaged
 */
export async function openDataFolder(folder: string, nowMs: number, isDurable = false): Promise<Storage> {
  const blobFolder = join(folder, 'blobs');
  await mkdir(blobFolder, { recursive: true });
  const unlock = await lock(folder);
  try {
    const catalog = new Catalog();
    const idPrefix = `${nowMs.toString(36)}-${process.pid.toString(36)}-`;
    const blobs = new BlobStore(blobFolder, { memoryMaxBytes: 0, idPrefix, isDurable });
    if (isDurable) await Promise.all([join(folder, '..'), folder].map((path) => flushFolder(path)));
    const log = await openLog(join(folder, 'log.ndjson'), catalog, isDurable);
    for (const mutation of snapshotOf(catalog)) blobs.adopt(contentsOf(mutation));
    await blobs.sweep();
    return {
      catalog,
      blobs,
      keep: (mutation) => log.append(mutation),
      close: async () => {
        await log.close();
        await blobs.close();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

function contentsOf(mutation: Mutation): Parameters<BlobStore['adopt']>[0] {
  if (mutation.type === 'part.put') return mutation.part.contents;
  return mutation.type === 'version.put' && mutation.version.kind === 'object' ? mutation.version.contents : [];
}

/** A log that is mostly history is written anew, as what it comes to. */
async function openLog(path: string, catalog: Catalog, isDurable: boolean): Promise<MutationLog> {
  let lines = 0;
  const log = await MutationLog.open(path, isDurable, (mutation) => {
    lines += 1;
    catalog.apply(mutation);
  });
  let live = 0;
  for (const _ of snapshotOf(catalog)) live += 1;
  if (lines <= 2 * live + 1000) return log;
  await log.close();
  const fresh = `${path}.new`;
  const file = await open(fresh, 'w');
  for (const mutation of snapshotOf(catalog)) await file.write(`${JSON.stringify(mutation)}\n`);
  // A new log that the device has not got yet must not take the old one's place.
  if (isDurable) await file.datasync();
  await file.close();
  await rename(fresh, path);
  if (isDurable) await flushFolder(dirname(path));
  return MutationLog.open(path, isDurable, () => {});
}

/** One process at a time: two would write over each other. */
async function lock(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'lock');
  const holder = Number(await readFile(path, 'utf8').catch(() => ''));
  if (holder > 0 && holder !== process.pid && isAlive(holder)) {
    throw new Error(`the data folder ${folder} is in use by process ${holder}; stop it, or choose another folder`);
  }
  await writeFile(path, String(process.pid));
  return () => rm(path, { force: true });
}
