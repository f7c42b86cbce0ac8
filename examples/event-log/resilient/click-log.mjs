// The clicks of one tracker on its own disk: a log to append to, flushed before anybody is told yes, and beside it a log
// of where each click has been brought since. Both are read again at the start, so a crash forgets nothing.
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** @param {string} folder */
export async function openClickLog(folder) {
  const clicksFile = join(folder, 'clicks.log');
  const placesFile = join(folder, 'places.log');
  /** Where a click stands in the log. @type {Map<string, { offset: number, length: number }>} */
  const positions = new Map();
  /** Which bucket has it; missing where none has. @type {Map<string, string>} */
  const places = new Map();
  /** Clicks by campaign, those before a restart among them: what caps are enforced from. @type {Map<string, number>} */
  const counts = new Map();
  let end = 0;
  const enter = (id, campaign, length) => {
    if (!positions.has(id)) counts.set(campaign, (counts.get(campaign) ?? 0) + 1);
    positions.set(id, { offset: end, length });
    end += length;
  };
  for (const line of await wholeLines(clicksFile)) {
    const { id, campaign } = JSON.parse(line);
    enter(id, campaign, Buffer.byteLength(line) + 1);
  }
  for (const line of await wholeLines(placesFile)) places.set(...JSON.parse(line));
  const clicks = await open(clicksFile, 'a+');
  // A line that a crash cut short was never acknowledged: it goes.
  await clicks.truncate(end);
  const placed = await open(placesFile, 'a');

  let waiting = [];
  let flushing = false;
  /** Many clicks share one flush: those that come during one go with the next. */
  async function flush() {
    flushing = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        await clicks.appendFile(group.map(({ line }) => line).join(''));
        await clicks.datasync();
        for (const { id, campaign, line, resolve } of group) {
          enter(id, campaign, Buffer.byteLength(line));
          resolve();
        }
      } catch (error) {
        // A full disk, say. What may be half written is cut off again, and nobody is told yes.
        await clicks.truncate(end).catch(() => {});
        for (const { reject } of group) reject(error);
      }
    }
    flushing = false;
  }

  return {
    counts: () => Object.fromEntries(counts),
    /** Resolves when the click is on disk for good. @param {{ id: string, campaign: string, body: Buffer }} click */
    append({ id, campaign, body }) {
      const line = `${JSON.stringify({ id, campaign, body: body.toString('base64') })}\n`;
      return new Promise((resolve, reject) => {
        waiting.push({ id, campaign, line, resolve, reject });
        if (!flushing) void flush();
      });
    },
    /** @param {string} id @returns {Promise<Buffer | null>} */
    async read(id) {
      const at = positions.get(id);
      if (at === undefined) return null;
      const { buffer } = await clicks.read(Buffer.alloc(at.length), 0, at.length, at.offset);
      return Buffer.from(JSON.parse(buffer.toString()).body, 'base64');
    },
    /** Not flushed: were it lost, the click would be uploaded once more under the same name. */
    async place(id, bucket) {
      places.set(id, bucket);
      await placed.appendFile(`${JSON.stringify([id, bucket])}\n`);
    },
    /** Clicks that are still to be brought to a bucket. @param {(place: string | undefined) => boolean} wanted */
    *waitingFor(wanted) {
      for (const id of positions.keys()) if (wanted(places.get(id))) yield id;
    },
  };
}

/** The lines of a file that are whole. */
async function wholeLines(file) {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').slice(0, -1);
}
