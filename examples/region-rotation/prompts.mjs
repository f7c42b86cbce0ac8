// A telephone service that fetches voice prompts when a call needs them: what both forms have in common.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HttpError, json, serve } from '../shared/http.mjs';
import { diskOf } from '../shared/servers.mjs';

export const REGIONS = /** @type {const} */ (['us-east-1', 'us-west-2', 'eu-west-1']);
export const bucketOf = (region) => `prompts-${region}`;
export const keyOf = (id) => `prompts/${id}.wav`;

/** Prompts never change, so what a server has once fetched it keeps as a file. */
async function openFileCache() {
  const folder = join(await diskOf('prompts'), 'cache');
  await mkdir(folder, { recursive: true });
  let half = 0;
  return {
    /** @param {string} id @returns {Promise<Buffer | null>} */
    get: (id) => readFile(join(folder, id)).catch(() => null),
    /** @param {string} id @param {Buffer} prompt */
    async keep(id, prompt) {
      half += 1;
      const name = join(folder, `.half-${half}`);
      await writeFile(name, prompt);
      await rename(name, join(folder, id));
    },
  };
}

/**
 * @param {{ put: (key: string, body: Buffer) => Promise<void>, get: (key: string) => Promise<Buffer | null> }} storage
 * @param {Record<string, import('../shared/http.mjs').Handler>} more further routes
 */
export async function servePrompts(storage, more = {}) {
  const cache = await openFileCache();
  await serve(Number(process.env.PORT), {
    'GET /healthz': () => ({ status: 200 }),
    'GET /calls': () => json({ waiting: 0 }),
    'PUT /prompts/:id': async ({ id, body }) => {
      await storage.put(keyOf(id), body);
      await cache.keep(id, body);
      return { status: 201 };
    },
    'GET /prompts/:id': async ({ id }) => {
      const cached = await cache.get(id);
      if (cached !== null) return { status: 200, body: cached };
      const prompt = await storage.get(keyOf(id));
      if (prompt === null) throw new HttpError(404, 'no such prompt');
      await cache.keep(id, prompt);
      return { status: 200, body: prompt };
    },
    ...more,
  });
}
