import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { generateCACertificate } from 'mockttp/dist/util/certificates';
import { test, type Test } from 'tap';
import type { Fault } from '../src/index.ts';
import { portOf, startHarness, startTinyS3, until, type Harness, type TinyS3 } from './harness.ts';
import { requestText, type RequestParts } from './raw-client.ts';
import { startRawServer } from './raw-server.ts';

interface Setup extends Harness {
  readonly s3: TinyS3;
  readonly proxyPort: number;
  readonly ca: string;
}

async function setUp(t: Test, upstream?: string): Promise<Setup> {
  const s3 = await startTinyS3(t);
  const regions = ['us-east-1', 'us-west-2'].map((region) => ({ region, upstream: upstream ?? s3.url }));
  const harness = await startHarness(t, s3.url, { regions, proxyPort: 0 });
  const { proxy } = harness.injector;
  if (proxy === null) throw new Error('no proxy');
  return { ...harness, s3, proxyPort: Number(new URL(proxy.url).port), ca: proxy.caCertificate };
}

/** Sends bytes and gives all that comes back, with how it ended. */
async function converse(socket: Socket, bytes: string): Promise<{ readonly text: string; readonly how: string }> {
  let text = '';
  let how = 'end';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    how = error.code ?? error.message;
  });
  socket.write(bytes, 'latin1');
  await once(socket, 'close').catch(() => {});
  return { text, how };
}

async function connectTo(port: number): Promise<Socket> {
  const socket = connectTcp({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  return socket;
}

/** Has the proxy tunnel to a place. */
async function tunnelTo(port: number, place: string): Promise<Socket> {
  const socket = await connectTo(port);
  socket.write(`CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n\r\n`);
  const [answer]: unknown[] = await once(socket, 'data');
  if (!String(answer).startsWith('HTTP/1.1 200 ')) throw new Error(String(answer));
  return socket;
}

/** Shakes hands for TLS over a connection; the certificate must be good for the host. */
async function secure(socket: Socket, host: string, ca: string): Promise<TLSSocket> {
  const tls = connectTls({ socket, servername: host, ca });
  await once(tls, 'secureConnect');
  return tls;
}

const forHost = (host: string, ...request: RequestParts): string =>
  requestText(...request).replace('Host: h', `Host: ${host}`);
const HELLO = /^HTTP\/1\.1 200 OK\r\n[^]*hello$/;

test('every mode of a proxy leads to the region of the host', async (t) => {
  const { s3, proxyPort, ca, eventCount } = await setUp(t);
  const west = 'photos.s3.us-west-2.amazonaws.com';

  const plain = await converse(
    await connectTo(proxyPort),
    forHost(west, 'GET', `http://${west}/a/../k?x-id=GetObject`),
  );
  t.match(plain.text, HELLO, 'a plain HTTP proxy');
  const connected = await secure(await tunnelTo(proxyPort, `${west}:443`), west, ca);
  t.match((await converse(connected, forHost(west, 'GET', '/k'))).text, HELLO, 'CONNECT, then TLS');
  const global = await secure(await connectTo(proxyPort), 'photos.s3.amazonaws.com', ca);
  t.match((await converse(global, forHost('photos.s3.amazonaws.com', 'GET', '/k'))).text, HELLO, 'TLS at once');
  const unencrypted = await tunnelTo(proxyPort, `${west}:80`);
  t.match((await converse(unencrypted, forHost(west, 'GET', '/k'))).text, HELLO, 'CONNECT without TLS');

  const socks = await connectTo(proxyPort);
  socks.write(Buffer.from([5, 1, 0]));
  await once(socks, 'data');
  socks.write(Buffer.concat([Buffer.from([5, 1, 0, 3, west.length]), Buffer.from(west), Buffer.from([1, 187])]));
  await once(socks, 'data');
  const overSocks = await secure(socks, west, ca);
  t.match((await converse(overSocks, forHost(west, 'GET', '/k'))).text, HELLO, 'SOCKS 5, then TLS');

  const events = await eventCount(5);
  t.same(
    events.map(({ exchange: { region, bucket, key } }) => [region, bucket, key]),
    [
      ['us-west-2', 'photos', 'a/../k'],
      ['us-west-2', 'photos', 'k'],
      ['us-east-1', 'photos', 'k'],
      ['us-west-2', 'photos', 'k'],
      ['us-west-2', 'photos', 'k'],
    ],
  );
  t.equal(s3.received[0]?.target, '/a/../k?x-id=GetObject');
  t.match(s3.received[1]?.rawHeaders, ['Host', west], 'the host stays: it is signed');
});

test('faults reach through TLS', async (t) => {
  const host = 'photos.s3.us-east-1.amazonaws.com';
  const setup = await setUp(t);
  const through = async (): Promise<TLSSocket> =>
    secure(await tunnelTo(setup.proxyPort, `${host}:443`), host, setup.ca);
  const ask = async (): Promise<{ readonly text: string; readonly how: string }> =>
    converse(await through(), forHost(host, 'GET', '/k'));

  setup.inflict({ kind: 'reset', stage: 'head', afterBytes: 0 });
  t.match(await ask(), { text: '', how: /^(ECONNRESET|end)$/ });
  setup.inflict({ kind: 'refuse' });
  t.match(await ask(), { text: '', how: /^(ECONNRESET|end)$/ }, 'a shared port cannot refuse for one region');
  setup.inflict({ kind: 'http-error', code: 'SlowDown', applied: false });
  t.match((await ask()).text, /^HTTP\/1\.1 503 Slow Down\r\n[^]*<Code>SlowDown</);
  setup.inflict({ kind: 'reset', stage: 'body', afterBytes: 3 });
  t.match((await ask()).text, /\r\n\r\nhel$/);
  setup.inflict({ kind: 'silent' });
  const held = ask();
  await setup.held();
  setup.clock.advance(1_000);
  // Node reports an end where the reset comes in one poll with data, here the session tickets of TLS 1.3.
  t.match(await held, { text: '', how: /^(ECONNRESET|end)$/ });
  t.match(setup.events.at(-1), { outcome: 'cut', fault: { kind: 'silent' } });
  const spared: Fault = { kind: 'latency', delay: { shape: 'constant', ms: 900 } };
  setup.inflict(spared);
  const cut = ask();
  await setup.held();
  setup.inflict({ kind: 'silent' }, { inFlight: 'cut', where: { regions: ['us-west-2'] } });
  t.match((await cut).text, HELLO, 'another region’s window touches nothing');
});

test('tunnels fail before anything goes through them', async (t) => {
  const host = 'photos.s3.us-east-1.amazonaws.com';
  const setup = await setUp(t);
  const { proxyPort, ca, injector } = setup;
  const answer = async (place: string): Promise<string> =>
    (await converse(await connectTo(proxyPort), `CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n\r\n`)).text;
  const open = await secure(await tunnelTo(proxyPort, `${host}:443`), host, ca);

  setup.inflict({ kind: 'dns-gone' }, { where: { regions: ['us-east-1'], buckets: ['photos'] } });
  t.match(await answer(`${host}:443`), /^HTTP\/1\.1 502 Bad Gateway\r\n/);
  t.match((await converse(open, forHost(host, 'GET', '/k'))).text, HELLO, 'a tunnel that was open stays');
  const other = 'other.s3.us-east-1.amazonaws.com';
  const spared = await secure(await tunnelTo(proxyPort, `${other}:443`), other, ca);
  t.match((await converse(spared, forHost(other, 'GET', '/k'))).text, HELLO, 'another bucket');
  t.same([...injector.fired()], [['w1', 1]]);

  const failure = async (): Promise<unknown> =>
    tunnelTo(proxyPort, `${host}:443`)
      .then((tunnel) => secure(tunnel, host, ca))
      .catch((error: unknown) => error);
  setup.inflict(
    { kind: 'tls-failure', how: 'handshake' },
    { where: { regions: ['us-east-1'], limit: { first: 1, per: 'window' } } },
  );
  t.match(await failure(), { code: /^ERR_SSL_.*_ALERT_HANDSHAKE_FAILURE$/ });
  const again = await secure(await tunnelTo(proxyPort, `${host}:443`), host, ca);
  t.match((await converse(again, forHost(host, 'GET', '/k'))).text, HELLO, 'only the first');
  setup.inflict({ kind: 'tls-failure', how: 'certificate' });
  t.match(await failure(), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  const careless = connectTls({
    socket: await tunnelTo(proxyPort, `${host}:443`),
    servername: host,
    rejectUnauthorized: false,
  });
  await once(careless, 'secureConnect');
  t.match((await converse(careless, forHost(host, 'GET', '/k'))).text, HELLO, 'who does not look is served');
  t.same([...injector.fired()], [['w1', 2]]);
  injector.heal();
  const healed = await secure(await tunnelTo(proxyPort, `${host}:443`), host, ca);
  t.match((await converse(healed, forHost(host, 'GET', '/k'))).text, HELLO);
});

test('a region that nothing serves fails, and says so in its event', async (t) => {
  const { proxyPort, ca, eventCount } = await setUp(t);
  const host = 'photos.s3.eu-west-1.amazonaws.com';
  const tls = await secure(await tunnelTo(proxyPort, `${host}:443`), host, ca);
  t.match(await converse(tls, forHost(host, 'GET', '/k')), { text: '', how: /^(ECONNRESET|end)$/ });
  t.match(await eventCount(1), [{ exchange: { region: 'eu-west-1' }, outcome: 'upstream-failed', status: null }]);
});

test('what is not for S3 passes untouched', async (t) => {
  const { proxyPort, s3, events } = await setUp(t);
  const own = await generateCACertificate({ subject: { commonName: 'somebody else' } });
  const other = createTlsServer({ key: own.key, cert: own.cert }, (socket) => socket.end('secret words'));
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.teardown(() => other.close());
  const tls = connectTls({
    socket: await tunnelTo(proxyPort, `127.0.0.1:${portOf(other)}`),
    servername: 'dynamodb.us-east-1.amazonaws.com',
    ca: own.cert,
    checkServerIdentity: () => undefined,
  });
  t.match(await converse(tls, ''), { text: 'secret words' }, 'with its own certificate');

  const { port } = new URL(s3.url);
  const place = `127.0.0.1:${port}`;
  const plain = await converse(await connectTo(proxyPort), forHost(place, 'GET', `http://${place}/bucket/key`));
  t.match(plain.text, HELLO);
  t.equal(events.length, 0);
});

test('nobody but the upstream says to continue, and nothing closes idle connections', async (t) => {
  const server = await startRawServer(t, (socket, heard) => {
    if (heard.endsWith('the body')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  });
  const { proxyPort } = await setUp(t, server.url);
  const host = 's3.us-east-1.amazonaws.com';
  const client = await connectTo(proxyPort);
  let text = '';
  client.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  client.write(`PUT http://${host}/b/k HTTP/1.1\r\nHost: ${host}\r\nExpect: 100-continue\r\nContent-Length: 8\r\n\r\n`);
  await until(() => server.heard[0]?.includes('Expect: 100-continue') === true);
  t.equal(text, '');
  client.write('the body');
  await until(() => text.startsWith('HTTP/1.1 200 OK'));
  t.notMatch(text, /timeout=/);
  client.destroy();
});

test('it listens on the loopback interface alone', async (t) => {
  const { proxyPort } = await setUp(t);
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  for (const { address } of others) {
    const socket = connectTcp({ port: proxyPort, host: address });
    const [error]: unknown[] = await once(socket, 'error');
    t.match(error, { code: 'ECONNREFUSED' }, address);
  }
  t.pass(`${others.length} other addresses`);
});

test('plain HTTP that is not for S3: IPv6, and nothing of the proxy itself, goes on', async (t) => {
  const { proxyPort } = await setUp(t);
  const heard: string[] = [];
  const origin = createHttpServer(({ rawHeaders }, response) => {
    heard.push(rawHeaders.join(' '));
    response.setHeader('Keep-Alive', 'timeout=5');
    response.end('origin');
  });
  const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
  const host = hasIpv6 ? '::1' : '127.0.0.1';
  origin.listen(0, host);
  await once(origin, 'listening');
  t.teardown(() => origin.close());
  const authority = `${hasIpv6 ? '[::1]' : host}:${portOf(origin)}`;
  const own = ['Proxy-Authorization: Basic c2VjcmV0', 'Proxy-Connection: keep-alive'];
  const { text } = await converse(await connectTo(proxyPort), forHost(authority, 'GET', `http://${authority}/`, own));
  t.match(text, /^HTTP\/1\.1 200 OK\r\n[^]*origin/);
  t.notMatch(text, /keep-alive/i);
  t.same(heard, [`Host ${authority} Connection close`]);
});
