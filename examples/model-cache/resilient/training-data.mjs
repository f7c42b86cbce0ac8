// The examples that bots were trained with, each training with a version of its own: the database, which outlives caches
// and hosts. It knows which model is the newest, and from it any model can be made anew.
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../shared/whole-file.mjs';

/** @param {string} folder */
export async function openTrainingData(folder) {
  await mkdir(folder, { recursive: true });
  /** One training of a bot at a time. @type {Map<string, Promise<unknown>>} */
  const turns = new Map();

  async function read(bot) {
    const content = await readFile(join(folder, bot)).catch(() => null);
    if (content === null) return null;
    const lineEnd = content.indexOf('\n');
    return { version: content.subarray(0, lineEnd).toString(), examples: content.subarray(lineEnd + 1) };
  }
  async function write(bot, examples) {
    const version = randomUUID();
    await writeWhole(folder, bot, Buffer.concat([Buffer.from(`${version}\n`), examples]));
    return version;
  }
  return {
    read,
    bots: async () => (await readdir(folder)).filter((name) => !name.startsWith('.')),
    /** Resolves when it is on disk for good. @param {string} bot @param {Buffer} examples @returns {Promise<string>} its version */
    add(bot, examples) {
      const turn = (turns.get(bot) ?? Promise.resolve()).then(() => write(bot, examples));
      turns.set(
        bot,
        turn.catch(() => {}),
      );
      return turn;
    },
  };
}
