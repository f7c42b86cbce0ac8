import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { test } from 'tap';
import type { UnansweredEvent } from '../src/index.ts';
import { hasBlackHoles } from '../src/plane/black-hole.ts';
import { probe } from '../src/plane/probe.ts';
import { startHarness, startTinyS3, until } from './harness.ts';
import { ask, rawClient } from './raw-client.ts';

const skip = hasBlackHoles ? false : 'only Linux drops what a full accept queue cannot take';

/** The answer once the port has changed hands: until then connections are refused, or reset with the old listener. */
async function askHealed(port: number): Promise<string> {
  let answer = await ask(port, 'GET', '/bucket/key');
  for (let tries = 0; answer.text === '' && tries < 200; tries += 1) {
    await setTimeout(10);
    answer = await ask(port, 'GET', '/bucket/key');
  }
  return answer.text;
}

test('a black hole drops what is new, silences what is there, and heals on the same port', { skip }, async (t) => {
  const s3 = await startTinyS3(t);
  const { port, injector, inflict, clock, eventCount } = await startHarness(t, s3.url);
  const there = rawClient(port);
  there.write('GET /bucket/key HTTP/1.1\r\nHost: h\r\n\r\n');
  await there.until((text) => text.endsWith('hello'));

  // Clients that connect all the time, from before its start until it drops: none of them is ever refused.
  const knocks: Socket[] = [];
  const refusals: unknown[] = [];
  const knocking = setInterval(() => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', (error) => refusals.push(error));
    knocks.push(socket);
  }, 1);
  inflict({ kind: 'black-hole' });
  while (injector.uncounted().get('w1') !== true) await setTimeout(5);
  clearInterval(knocking);
  for (const socket of knocks) socket.destroy();
  t.ok(knocks.length > 0);
  t.same(refusals, [], 'from the first moment on nothing is refused');
  t.equal(await probe(port), 'dropped', 'no answer to a SYN');

  // A knock may have been seen to wait.
  const knocked = injector.fired().get('w1') ?? 0;
  there.write('GET /bucket/key HTTP/1.1\r\nHost: h\r\n\r\n');
  await until(() => injector.inFlight === 1);
  t.same([...injector.fired()], [['w1', knocked + 1]], 'the request over the old connection');
  clock.advance(1_000);
  t.equal((await there.over()).how, 'reset');
  await eventCount(2);
  t.match(await askHealed(port), /hello$/);

  inflict({ kind: 'black-hole' });
  inflict({ kind: 'refuse' });
  while (injector.uncounted().get('w1') !== true) await setTimeout(5);
  t.equal(await probe(port), 'refused', 'another fault before the hole was there');
});

test('a black hole that clients crowd into at once heals as well', { skip }, async (t) => {
  const s3 = await startTinyS3(t);
  const { port, inflict, clock } = await startHarness(t, s3.url);
  let crowding = true;
  const sockets = new Set<Socket>();
  const crowd = (): void => {
    const socket = connect({ port, host: '127.0.0.1' });
    sockets.add(socket);
    socket.once('connect', again);
    socket.once('error', again);
    socket.on('error', () => socket.destroy());
  };
  const again = (): void => {
    if (crowding) setImmediate(crowd);
  };
  for (let client = 0; client < 8; client += 1) crowd();

  inflict({ kind: 'black-hole' });
  // All of them wait for an answer to their SYN: the queue is full, whoever filled it.
  await until(() => [...sockets].filter((socket) => socket.connecting).length === 8);
  crowding = false;
  clock.advance(1_000);
  for (const socket of sockets) socket.destroy();
  t.match(await askHealed(port), /hello$/);
});

test(
  'connections that a black hole leaves without an answer are counted, and told of when they are over',
  { skip },
  async (t) => {
    const s3 = await startTinyS3(t);
    const unanswered: UnansweredEvent[] = [];
    const { port, injector, inflict, clock } = await startHarness(t, s3.url, {
      onUnanswered: (event) => {
        unanswered.push(event);
      },
    });
    /** Turns the clock from look to look: once a look is done, the next is due, beside the end of the window. */
    const lookUntil = async (condition: () => boolean): Promise<void> => {
      while (!condition()) {
        clock.advance(100);
        await until(() => clock.pending === 2);
      }
    };
    const fired = (): number | undefined => injector.fired().get('w1');
    inflict({ kind: 'black-hole' }, { endMs: 3_600_000 });
    while (injector.uncounted().get('w1') !== true) await setTimeout(5);
    await lookUntil(() => clock.now() >= 500);
    t.equal(fired(), 0, 'neither what fills the queue nor the proof is an attempt of the app');

    const clients = Array.from({ length: 3 }, () => connect({ port, host: '127.0.0.1' }).on('error', () => {}));
    t.teardown(() => clients.forEach((client) => client.destroy()));
    const [first, second] = clients;
    await lookUntil(() => fired() === 3);
    const seenMs = clock.now();
    await lookUntil(() => clock.now() >= seenMs + 1_000);
    t.equal(fired(), 3, 'each once, however long it waits');
    t.same(unanswered, [], 'none is over');

    first?.destroy();
    await lookUntil(() => unanswered.length === 1);
    t.match(unanswered, [{ region: 'us-east-1', windowId: 'w1', waiting: false }], 'a client gave up');
    t.ok(
      (unanswered[0]?.endedMs ?? 0) - (unanswered[0]?.startedMs ?? 0) >= 900,
      'after a second, but for one look or so',
    );

    second?.destroy();
    injector.heal();
    t.equal(unanswered.length, 3, 'what the heal finds is over too');
    t.equal(unanswered.at(-1)?.waiting, true);
  },
);
