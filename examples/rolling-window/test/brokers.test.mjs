// What the pipeline relies on, of every broker: Redis, and what speaks Kafka's protocol.
import { fork, spawnSync } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tap, { test } from 'tap';
import { freePort, startKafkaMock, startRedis } from '../../shared/servers.mjs';
import { openBroker } from '../broker/open-broker.mjs';

const WINDOW_MS = 600_000;
/** A group of Kafka's waits 3 s for members as it begins, and for the session of one that died: this must be longer. */
const KAFKA_SESSION_MS = '4000';
const WITHIN_MS = 60_000;
tap.jobs = 2;

async function startRedisServer(t) {
  const disk = await mkdtemp(join(tmpdir(), 'gameday-broker-'));
  const server = await startRedis({ disk, port: await freePort() });
  t.teardown(() => server.stop().then(() => rm(disk, { recursive: true, force: true })));
  return `redis://127.0.0.1:${server.port}`;
}

async function startKafka(t) {
  const server = await startKafkaMock();
  t.teardown(() => server.stop());
  return `kafka://127.0.0.1:${server.port}`;
}

function startConsumer(t, name) {
  const env = { ...process.env, BROKER: name, KAFKA_SESSION_MS, WINDOW_MS: String(WINDOW_MS) };
  const child = fork(join(import.meta.dirname, 'consumer-child.mjs'), { env });
  t.teardown(() => child.kill('SIGKILL'));
  const messages = on(child, 'message');
  return {
    said: async () => (await messages.next()).value[0],
    tell: (order) => child.send(order),
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

const isInstalled = (program) => spawnSync('sh', ['-c', `PATH="$PATH:/usr/sbin" command -v ${program}`]).status === 0;

const servers = { 'redis-server': startRedisServer, kcat: startKafka };

for (const [program, start] of Object.entries(servers)) {
  const skip = isInstalled(program) ? false : `needs ${program}`;
  test(`a broker of ${program}: committed after the upload, or read again`, { skip, timeout: WITHIN_MS }, async (t) => {
    const name = await start(t);
    const broker = await openBroker(WINDOW_MS, name);
    t.teardown(() => broker.close());
    const append = (id) => broker.append(id, Buffer.from(`event ${id}`));

    t.strictSame(await broker.lag(), { events: 0, oldestMs: 0 }, 'nothing waits in an empty log');
    const appended = Date.now();
    const offset = await append('a');
    const { events, oldestMs } = await broker.lag();
    t.equal(events, 1, 'an event waits as soon as it is in the log');
    t.ok(oldestMs <= Date.now() - appended, 'from then on');

    const started = Date.now();
    const consumer = startConsumer(t, name);
    const first = await consumer.said();
    t.match(
      first,
      { file: `events/1_0_${offset}.ndjson`, ids: ['a'], lag: { events: 1 } },
      'a file is named after its offset',
    );
    t.ok(first.lag.oldestMs >= started - appended, 'its age is that of the event');
    consumer.tell('fail');
    const again = await consumer.said();
    t.strictSame([again.file, again.ids], [first.file, ['a']], 'after a failed upload: the same, and the same file');
    t.ok(again.lag.oldestMs >= first.lag.oldestMs, 'and older');
    consumer.tell('commit');
    t.equal(await consumer.said(), 'committed');
    t.strictSame(await broker.lag(), { events: 0, oldestMs: 0 }, 'what is committed does not wait');

    await append('b');
    const then = Date.now();
    const lost = await consumer.said();
    t.strictSame(lost.ids, ['b'], 'what is committed is not handed over again');
    await consumer.kill();
    const died = Date.now();
    await append('c');
    t.equal((await broker.lag()).events, 2, 'a consumer that died between upload and commit has committed nothing');

    const next = startConsumer(t, name);
    const repeated = await next.said();
    t.equal(repeated.file, lost.file, 'its successor uploads the same file once more');
    t.ok(repeated.lag.oldestMs >= died - then, 'and knows how long the event has waited');
    const ids = repeated.ids;
    // Redis hands over both at once; the mock cluster hands over what was appended at once.
    for (;;) {
      next.tell('commit');
      t.equal(await next.said(), 'committed');
      if ((await broker.lag()).events === 0) break;
      ids.push(...(await next.said()).ids);
    }
    t.strictSame(ids, ['b', 'c'], 'nothing is lost, and the order stays');
  });
}
