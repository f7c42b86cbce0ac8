// Collects events into the broker; a consumer brings them to the warehouse and only then notes how far it is. The collector
// and the consumer share nothing but the broker: one can fail while the other goes on.
import { HttpError, serve } from '../shared/http.mjs';
import { openBucket } from '../shared/s3.mjs';
import { openBroker } from './broker/open-broker.mjs';
import { openSinks } from './sinks.mjs';
import { fileNameOf, fileOf, readEvent } from './warehouse.mjs';

/**
 * @param {object} options
 * @param {number} options.windowMs how long the broker keeps an event
 * @param {readonly { bucket: string, region: string }[]} options.sinks the first is used
 * @param {number} options.switchAfterMs an event that has waited so long goes to the next sink, and so do those after it
 */
export async function startPipeline({ windowMs, sinks: places, switchAfterMs }) {
  const broker = await openBroker(windowMs);
  const sinks = openSinks(places.map((place) => openBucket({ ...place, deadlineMs: 400 })));
  /** Which file of which sink has an event. @type {Map<string, { sink: number, name: string }>} */
  const filed = new Map();
  /** Events that are in the window still. @type {Map<string, { body: Buffer, at: number }>} */
  const inWindow = new Map();
  let failing = false;

  await broker.follow(async (entries) => {
    const name = fileNameOf(entries);
    const sink = sinks.current();
    try {
      await sinks.put(sink, name, fileOf(entries));
      failing = false;
    } catch (error) {
      failing = true;
      throw error;
    }
    for (const { id } of entries) filed.set(id, { sink, name });
    // Not before: a consumer that ends here reads these events once more, and writes the same file.
    await broker.commit(entries.at(-1).offset);
  });

  async function lookAround() {
    for (const [id, { at }] of inWindow) {
      if (Date.now() - at < windowMs) break;
      inWindow.delete(id);
    }
    const { oldestMs } = await broker.lag();
    if (oldestMs >= switchAfterMs) sinks.next();
  }
  setInterval(() => void lookAround().catch(console.error), 250);

  async function fromWarehouse(id) {
    const at = filed.get(id);
    const body = at === undefined ? null : await readEvent(sinks.at(at.sink), at.name, id);
    if (body === null) throw new HttpError(404, 'not in the warehouse');
    return { status: 200, body };
  }

  await serve(Number(process.env.PORT), {
    'GET /healthz': () => ({ status: 200 }),
    'GET /dashboard': async () => ({
      status: 200,
      body: `${filed.size} filed, ${(await broker.lag()).events} waiting\n`,
    }),
    'GET /metrics': async () => {
      const { events, oldestMs } = await broker.lag();
      return {
        status: 200,
        headers: { 'content-type': 'text/plain; version=0.0.4' },
        body: [
          ...gauge(
            'window_used_ratio',
            'Age of the oldest event that is not uploaded, by the window.',
            oldestMs / windowMs,
          ),
          ...gauge('events_waiting', 'Events that are not uploaded.', events),
          ...gauge('sink_in_use', 'Which sink takes the files, from 0.', sinks.current()),
          ...gauge('upload_failing', 'Whether the last upload failed.', failing ? 1 : 0),
        ].join('\n'),
      };
    },
    // By hand, without a deploy: the next sink from now on.
    'POST /sinks/next': () => ({ status: 200, body: `sink ${sinks.next()}\n` }),
    'GET /warehouse/:id': ({ id }) => fromWarehouse(id),
    'GET /events/:id': ({ id }) =>
      inWindow.has(id) ? { status: 200, body: inWindow.get(id).body } : fromWarehouse(id),
    'PUT /events/:id': async ({ id, body }) => {
      await broker.append(id, body);
      inWindow.set(id, { body, at: Date.now() });
      return { status: 202 };
    },
  });
}

const gauge = (name, help, value) => [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`, ''];
