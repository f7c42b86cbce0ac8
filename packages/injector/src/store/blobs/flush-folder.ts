import { open } from 'node:fs/promises';

/** Flushes the names in a folder to the device: a file whose name is lost is lost. Windows has no such call, and no need. */
export async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Flushes a folder for many who ask at the same time: those who come during one flush share the next. */
export class FolderFlusher {
  readonly #path: string;
  #current: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Settled when every name that is in the folder now is on the device. */
  flush(): Promise<void> {
    this.#next ??= this.#current.then(() => {
      const flushing = flushFolder(this.#path);
      this.#next = undefined;
      this.#current = flushing.catch(() => {});
      return flushing;
    });
    return this.#next;
  }
}
