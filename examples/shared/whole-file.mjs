// Files of which there is the whole or nothing, and which survive a crash.
import { randomUUID } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** Half of a file has a name that begins with a dot. @param {string} folder @param {string} name @param {string | Uint8Array} content */
export async function writeWhole(folder, name, content) {
  const half = join(folder, `.${randomUUID()}`);
  const file = await open(half, 'w');
  await file.writeFile(content);
  await file.sync();
  await file.close();
  await rename(half, join(folder, name));
}
