import { existsSync, readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlStatus } from '@gameday/injector';
import { test, type Test } from 'tap';
import { z } from 'zod';
import { ControlClient } from '../src/adapters/control-client.ts';
import { ExchangeStream } from '../src/adapters/exchange-stream.ts';
import { entriesOf, readEntries, scratch, startChaos, until, type ChaosProcess } from './chaos-process.ts';
import { all, begin, healed, server, struck, targetFile } from './interrupted-run.ts';

interface Elsewhere {
  readonly process: ChaosProcess;
  readonly url: string;
  readonly tokenFile: string;
  readonly client: ControlClient;
  readonly endpoint: string;
  status(): Promise<ControlStatus>;
}

/** `chaos inject` as a process of its own. */
async function startInjecting(t: Test, leaseSeconds: number): Promise<Elsewhere> {
  const tokenFile = join(scratch(t), 'token');
  const injecting = startChaos(['inject', '--lease', String(leaseSeconds), '--token-file', tokenFile]);
  t.teardown(async () => {
    injecting.child.kill('SIGINT');
    await injecting.exit;
  });
  await until(() => injecting.stdout().includes('keys ') || injecting.child.exitCode !== null);
  const printed = (what: string): string => new RegExp(`^${what}\\s+(\\S+)$`, 'm').exec(injecting.stdout())?.[1] ?? '';
  const url = printed('control');
  const token = readFileSync(tokenFile, 'utf8');
  t.notMatch(injecting.stdout(), token, 'the token is in its file alone');
  const client = new ControlClient({ url, token });
  const endpoint = printed('endpoint\\s+us-east-1');
  return { process: injecting, url, tokenFile, client, endpoint, status: () => client.status() };
}

/** Stands before a control API, and breaks each connection after so long. */
async function breaking(t: Test, url: string, afterMs: number): Promise<string> {
  const sockets = new Set<Socket>();
  const front = createServer((near) => {
    const far = connect(Number(new URL(url).port), '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => other.destroy());
    }
    near.pipe(far).pipe(near);
    setTimeout(() => near.resetAndDestroy(), afterMs).unref();
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  t.teardown(() => {
    front.close();
    for (const socket of sockets) socket.destroy();
  });
  return `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
}

/** The numbers of an injector's exchanges, as a listener hears them. */
function hear(
  t: Test,
  client: ControlClient,
  { instance, exchanges }: ControlStatus,
): { keys: string[]; lost: number } {
  const over = new AbortController();
  t.teardown(() => over.abort());
  const heard = { keys: [] as string[], lost: 0 };
  const listener = {
    onExchange: ({ exchange }: { exchange: { invocation: string; attempt: number; region: string } }) =>
      void heard.keys.push(`${exchange.invocation} ${exchange.attempt}`),
    onLost: () => void (heard.lost += 1),
    onEnd: (why: string) => t.fail(why),
  };
  void new ExchangeStream(client, instance, exchanges, listener, over.signal);
  return heard;
}

const report = (journal: string): { letter: string | null } =>
  z
    .object({ letter: z.string().nullable() })
    .parse(JSON.parse(readFileSync(join(journal, '..', 'report.json'), 'utf8')));

const app = (t: Test): string => targetFile(t, `${server} app.listen(process.env.PORT);`);

test('through an injector elsewhere, whose connections keep breaking, a run comes to the same end', async (t) => {
  const elsewhere = await startInjecting(t, 30);
  const heard = hear(t, elsewhere.client, await elsewhere.status());
  const injector = { url: await breaking(t, elsewhere.url, 400), tokenFile: elsewhere.tokenFile };
  const drill = { incident: '2s', faults: all('ServiceUnavailable') };
  const runs = [begin(t, { ...drill, target: app(t) }), begin(t, { ...drill, target: app(t), injector })];
  for (const run of runs) await healed(t, run, 'completed', 0);
  const [here, there] = runs.map(({ journal }) => ({ entries: readEntries(journal), ...report(journal) }));
  if (here === undefined || there === undefined) throw new Error('two runs');
  t.equal(there.letter, here.letter);
  const windows = (entries: typeof here.entries): string[] =>
    entriesOf(entries, 'fault.ended')
      .filter(({ fired }) => fired > 0)
      .map(({ window }) => window);
  t.strictSame(windows(there.entries), windows(here.entries));
  t.not(windows(there.entries).length, 0);
  const exchanges = entriesOf(there.entries, 's3.exchange');
  const struckOnes = exchanges.filter(({ fault }) => fault !== null).length;
  t.equal(struckOnes, entriesOf(there.entries, 'fault.ended')[0]?.fired, 'what fired is what was told');
  const keys = exchanges.map(({ invocation, attempt, started }) => `${invocation} ${attempt} ${Math.round(started)}`);
  t.equal(new Set(keys).size, keys.length, 'no exchange is told twice');
  t.equal(entriesOf(there.entries, 'exchanges.lost').length + heard.lost, 0, 'none is lost');
  const outage = entriesOf(there.entries, 'phase.started').find(({ phase }) => phase === 'outage')?.t ?? 0;
  const first = exchanges.find(({ fault }) => fault !== null)?.started ?? 0;
  t.ok(first > outage - 50, `the first was struck at ${first}, the outage began at ${outage}`);
  const readings = entriesOf(there.entries, 'injector.reading');
  t.ok(readings.length > 0 && readings.every(({ errorMs }) => errorMs < 200));
  t.match(await elsewhere.status(), { timeline: null, windows: 0 });
});

test('one of the two is gone', async (t) => {
  const [forKill, forCtrlC, forGone, forCrash] = await Promise.all(
    [1, 60, 1, 60].map((lease) => startInjecting(t, lease)),
  );
  const start = (elsewhere: Elsewhere | undefined) => {
    if (elsewhere === undefined) throw new Error('no injector');
    const run = begin(t, { target: app(t), injector: elsewhere, faults: all('ServiceUnavailable') });
    return { elsewhere, run };
  };
  const [killed, interrupted, gone, crashed] = [start(forKill), start(forCtrlC), start(forGone), start(forCrash)];
  await Promise.all([killed, interrupted, gone, crashed].map(({ run }) => struck(run)));

  await t.test('kill -9 of the runner: the lease ends the faults', async (t) => {
    const { run, elsewhere } = killed;
    t.equal((await fetch(`${elsewhere.endpoint}/b/k`)).status, 503);
    run.started.child.kill('SIGKILL');
    await run.started.exit;
    let left = await elsewhere.status();
    t.ok((left.leaseRemainingMs ?? 0) <= 1_000, 'within the lease');
    for (; left.timeline !== null; left = await elsewhere.status()) await sleep(20);
    t.not((await fetch(`${elsewhere.endpoint}/b/k`)).status, 503);
  });

  await t.test('Ctrl-C of the runner heals at once', async (t) => {
    const { run, elsewhere } = interrupted;
    run.started.child.kill('SIGINT');
    await healed(t, run, 'interrupted', 130);
    t.match(await elsewhere.status(), { timeline: null, windows: 0 }, 'though the lease is a minute');
  });

  await t.test('kill -9 of the injector: the run ends, and says so', async (t) => {
    const { run, elsewhere } = gone;
    elsewhere.process.child.kill('SIGKILL');
    await healed(t, run, 'tool-error', 4);
    t.match(readEntries(run.journal).at(-1), { detail: /does not answer any more/ });
    t.equal(report(run.journal).letter, null, 'no pass');
    t.match(run.started.stdout() + run.started.stderr(), elsewhere.url);
  });

  const children = `/proc/${crashed.elsewhere.process.child.pid ?? 0}/task/${crashed.elsewhere.process.child.pid ?? 0}/children`;
  await t.test('its data plane crashes and comes back', { skip: !existsSync(children) && 'needs /proc' }, async (t) => {
    for (const pid of readFileSync(children, 'utf8').trim().split(' ')) process.kill(Number(pid), 'SIGKILL');
    await healed(t, crashed.run, 'tool-error', 4);
    t.match(readEntries(crashed.run.journal).at(-1), { detail: /started again in the middle of the run/ });
    t.equal(report(crashed.run.journal).letter, null);
  });
});
