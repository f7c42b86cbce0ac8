import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { startInjector, type FaultWindow } from '@gameday/injector';
import { atMost, median, type Figure } from './figure.ts';

const ROUNDS = 11;
const CONNECTIONS = 64;
const STARTS_AFTER_MS = 100;
const LATE_MAX_MS = 20;
/** So many new exchanges are watched after the edge. */
const STRUCK_MIN = 10;

const request = 'GET /bucket/key HTTP/1.1\r\nHost: h\r\n\r\n';

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

const closed = (socket: Socket): Promise<number> =>
  new Promise((resolve) => {
    socket.once('close', () => resolve(performance.now()));
  });

/** How late the last of the exchanges in flight is cut, and the last new one slips through, in milliseconds. */
async function late(upstream: string): Promise<{ readonly inFlight: number; readonly fresh: number }> {
  const seen = { struck: 0, slippedMs: 0 };
  const injector = await startInjector({
    regions: [{ region: 'us-east-1', upstream }],
    seed: 'bench',
    onExchange: ({ fault, startedMs }) => {
      if (startedMs < edgeMs) return;
      if (fault?.kind === 'blackout') seen.struck += 1;
      else seen.slippedMs = Math.max(seen.slippedMs, startedMs - edgeMs);
    },
  });
  const port = Number(new URL(injector.endpoints.get('us-east-1') ?? '').port);
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => open(port)));
  for (const socket of sockets) socket.write(request);
  while (injector.inFlight < CONNECTIONS) await new Promise(setImmediate);
  const window: FaultWindow = {
    id: 'w',
    startMs: STARTS_AFTER_MS,
    endMs: 60_000,
    where: { regions: ['us-east-1'] },
    share: { from: 1, to: 1 },
    fault: { kind: 'blackout', silent: 0, reset: 1, unavailable: 0, after: { shape: 'constant', ms: 0 } },
    inFlight: 'cut',
  };
  injector.start({ windows: [window] });
  const edgeMs = performance.now() + STARTS_AFTER_MS;
  // New exchanges all the time; those before the edge are held by the upstream, those after it are struck.
  const knocking = setInterval(() => void open(port).then((socket) => socket.write(request)), 2);
  const cutMs = await Promise.all(sockets.map((socket) => closed(socket)));
  while (seen.struck < STRUCK_MIN) await new Promise(setImmediate);
  clearInterval(knocking);
  await injector.stop();
  return { inFlight: Math.max(...cutMs) - edgeMs, fresh: seen.slippedMs };
}

const figure = (what: string, values: readonly number[]): Figure =>
  atMost('edge', `ms after a blackout's edge until ${what}`, median(values), LATE_MAX_MS, 'the budget', 1);

/** How long after its time a blackout's edge takes effect. */
export async function run(): Promise<readonly Figure[]> {
  const upstream = createServer((socket) => socket.on('error', () => socket.destroy()).resume());
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const address = upstream.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const rounds: Awaited<ReturnType<typeof late>>[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await late(`http://127.0.0.1:${address.port}`));
  upstream.close();
  return [
    figure(
      `${CONNECTIONS} exchanges in flight are cut, the last of them`,
      rounds.map(({ inFlight }) => inFlight),
    ),
    figure(
      'no new exchange slips through any more',
      rounds.map(({ fresh }) => fresh),
    ),
  ];
}
