import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { test } from 'tap';
import { hasBlackHoles } from '../src/plane/black-hole.ts';
import { startHarness, startTinyS3, until } from './harness.ts';
import { ask, rawClient } from './raw-client.ts';

const skip = hasBlackHoles ? false : 'only Linux drops what a full accept queue cannot take';

test('a black hole drops what is new, silences what is there, and heals on the same port', { skip }, async (t) => {
  const s3 = await startTinyS3(t);
  const { port, injector, inflict, clock, eventCount } = await startHarness(t, s3.url);
  const there = rawClient(port);
  there.write('GET /bucket/key HTTP/1.1\r\nHost: h\r\n\r\n');
  await there.until((text) => text.endsWith('hello'));

  inflict({ kind: 'black-hole' });
  // Until the helper listens, connections are refused; from then on they are neither taken nor refused.
  const isDropped = async (): Promise<boolean> => {
    const socket = connect({ port, host: '127.0.0.1' });
    let state = 'dropped';
    socket.once('connect', () => (state = 'connected'));
    socket.on('error', () => (state = 'refused'));
    await setTimeout(100);
    socket.destroy();
    return state === 'dropped';
  };
  let tries = 0;
  while (!(await isDropped()) && tries < 20) tries += 1;
  t.ok(await isDropped(), 'no answer to a SYN');
  there.write('GET /bucket/key HTTP/1.1\r\nHost: h\r\n\r\n');
  await until(() => injector.inFlight === 1);
  t.same([...injector.fired()], [['w1', 1]], 'the request over the old connection');
  clock.advance(1_000);
  t.equal((await there.over()).how, 'reset');
  await eventCount(2);
  let healed = await ask(port, 'GET', '/bucket/key');
  while (healed.how === 'refused' && tries < 40) {
    tries += 1;
    await setTimeout(10);
    healed = await ask(port, 'GET', '/bucket/key');
  }
  t.match(healed.text, /hello$/);
});
