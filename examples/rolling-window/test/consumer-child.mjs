// A consumer in a process of its own, so that it can be killed. It says what it is handed, as if that were uploaded now, and
// then does as it is told: commits, or fails.
import { openBroker } from '../broker/open-broker.mjs';
import { fileNameOf } from '../warehouse.mjs';

process.once('disconnect', () => process.exit());
const broker = await openBroker(Number(process.env.WINDOW_MS));
await broker.follow(async (entries) => {
  const told = new Promise((resolve) => process.once('message', resolve));
  process.send({ file: fileNameOf(entries), ids: entries.map(({ id }) => id), lag: await broker.lag() });
  if ((await told) !== 'commit') throw new Error('the upload failed');
  await broker.commit(entries.at(-1).offset);
  process.send('committed');
});
