// What is in the warehouse: which file of which sink has an event. Built from what was uploaded, never from what was meant
// to be.

/** A file is named after the first offset in it: uploaded again, perhaps with more in it, it replaces itself. */
export const fileNameOf = ([first]) => `events/1_0_${first.offset}.ndjson`;

/** @param {readonly import('./broker/open-broker.mjs').Entry[]} entries */
export const fileOf = (entries) =>
  entries.map(({ offset, id, body }) => `${JSON.stringify({ offset, id, body: body.toString('base64') })}\n`).join('');

/** @param {{ get: (key: string) => Promise<Buffer | null> }} sink @param {string} name @param {string} id */
export async function readEvent(sink, name, id) {
  const file = await sink.get(name);
  const line = file
    ?.toString()
    .split('\n')
    .find((text) => text.includes(`"id":"${id}"`));
  return line === undefined ? null : Buffer.from(JSON.parse(line).body, 'base64');
}
