import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { superviseInjector, type ControlStatus, type UnansweredEvent } from '@gameday/injector';
import tap, { test, type Test } from 'tap';
import { z } from 'zod';
import { AttachedInjector } from '../src/adapters/nemesis/attached-injector.ts';
import { ControlClient } from '../src/adapters/nemesis/control-client.ts';
import { runScenario } from '../src/index.ts';
import { chaos, entriesOf, readEntries, scratch, startChaos, until, type ChaosProcess } from './chaos-process.ts';
import { all, begin, drillFile, healed, server, struck, targetFile } from './interrupted-run.ts';

// What is buffered runs side by side.
tap.jobs = 2;

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

const report = (journal: string): { letter: string | null } =>
  z
    .object({ letter: z.string().nullable() })
    .parse(JSON.parse(readFileSync(join(journal, '..', 'report.json'), 'utf8')));

const app = (t: Test): string => targetFile(t, `${server} app.listen(process.env.PORT);`);

test('through an injector elsewhere, whose connections keep breaking, a run comes to the same end', async (t) => {
  const elsewhere = await startInjecting(t, 30);
  const { exchanges: before } = await elsewhere.status();
  const injector = { url: await breaking(t, elsewhere.url, 1_000), tokenFile: elsewhere.tokenFile };
  const drill = { incident: '2s', faults: all('ServiceUnavailable') };
  const runs = [begin(t, { ...drill, target: app(t) }), begin(t, { ...drill, target: app(t), injector })];
  for (const run of runs) await healed(t, run, 'completed', 0);
  const [here, there] = runs.map(({ journal }) => ({ entries: readEntries(journal), letter: report(journal).letter }));
  if (here === undefined || there === undefined) throw new Error('two runs');
  // A machine that was too busy for one of them leaves that without a letter.
  if (here.letter !== null && there.letter !== null) t.equal(there.letter, here.letter);
  const windows = (entries: typeof here.entries): string[] =>
    entriesOf(entries, 'fault.ended')
      .filter(({ fired }) => fired > 0)
      .map(({ window }) => window);
  t.strictSame(windows(there.entries), windows(here.entries));
  t.not(windows(there.entries).length, 0);
  const exchanges = entriesOf(there.entries, 's3.exchange');
  const struckOnes = exchanges.filter(({ fault }) => fault !== null).length;
  t.equal(struckOnes, entriesOf(there.entries, 'fault.ended')[0]?.fired, 'what fired is what was told');
  const after = await elsewhere.status();
  t.equal(exchanges.length, after.exchanges - before, 'each exchange is told once');
  t.strictSame(entriesOf(there.entries, 'exchanges.lost'), []);
  const outage = entriesOf(there.entries, 'phase.started').find(({ phase }) => phase === 'outage')?.t ?? 0;
  const first = exchanges.find(({ fault }) => fault !== null)?.started ?? 0;
  t.ok(first > outage - 50, `the first was struck at ${first}, the outage began at ${outage}`);
  const readings = entriesOf(there.entries, 'injector.reading');
  t.ok(readings.length > 0 && readings.every(({ errorMs }) => errorMs < 2_000));
  t.match(after, { timeline: null, windows: 0 });
});

test('chaos doctor looks at an injector elsewhere, and at what comes through it', { buffered: true }, async (t) => {
  const elsewhere = await startInjecting(t, 30);
  const { url, tokenFile, endpoint } = elsewhere;
  const args = ['doctor', '--target', app(t), '--injector', url, '--json', '--injector-token-file'];
  const wrong = join(scratch(t), 'wrong');
  writeFileSync(wrong, 'wrong');
  const [looked, refused] = await Promise.all([chaos([...args, tokenFile]), chaos([...args, wrong])]);
  t.match(JSON.parse(refused.stdout), { ready: false, findings: [{ state: 'problem', detail: /not take the token/ }] });
  const { findings } = z
    .object({ findings: z.array(z.record(z.string(), z.unknown())) })
    .parse(JSON.parse(looked.stdout));
  const found = (check: string): unknown => findings.find((finding) => finding['check'] === check);
  t.match(found('the injector elsewhere'), { state: 'ok', detail: /takes the token; version \S+, as here/ });
  t.match(found('it serves what the scenario needs'), { state: 'ok', detail: `us-east-1 at ${endpoint}` });
  t.match(found('its clock can be compared with ours'), { detail: /^to within \S+ ms$/ });
  t.match(found('S3 behind it in us-east-1'), { state: 'ok', detail: 'its own embedded S3' });
  t.match(found('S3 traffic passes through the injector'), { state: 'ok', detail: / in us-east-1/ });
  t.match(await elsewhere.status(), { timeline: null }, 'nothing was broken');
});

/** Short, for it is waited for; long enough for a busy machine to renew it. */
const LEASE_SECONDS = 3;

test('one of the two is gone', { buffered: true }, async (t) => {
  const [forKill, forGone] = await Promise.all([startInjecting(t, LEASE_SECONDS), startInjecting(t, LEASE_SECONDS)]);
  const start = (injector: Elsewhere) => begin(t, { target: app(t), injector, faults: all('ServiceUnavailable') });
  const [killed, gone] = [start(forKill), start(forGone)];
  await Promise.all([struck(killed), struck(gone)]);

  await t.test('kill -9 of the runner: the lease ends the faults', async (t) => {
    t.equal((await fetch(`${forKill.endpoint}/b/k`)).status, 503);
    killed.started.child.kill('SIGKILL');
    await killed.started.exit;
    let left = await forKill.status();
    t.ok((left.leaseRemainingMs ?? 0) <= LEASE_SECONDS * 1_000, 'within the lease');
    for (; left.timeline !== null; left = await forKill.status()) await sleep(20);
    t.not((await fetch(`${forKill.endpoint}/b/k`)).status, 503);
  });

  await t.test('kill -9 of the injector: the run ends, and says so', async (t) => {
    forGone.process.child.kill('SIGKILL');
    await healed(t, gone, 'tool-error', 4);
    t.match(readEntries(gone.journal).at(-1), { detail: /does not answer any more/ });
    t.equal(report(gone.journal).letter, null, 'no pass');
    t.match(gone.started.stdout() + gone.started.stderr(), forGone.url);
  });
});

test(
  'a library run through an injector elsewhere is interrupted, and then that injector crashes',
  { buffered: true },
  async (t) => {
    const keys = { accessKeyId: 'GAMEDAY', secretAccessKey: 'gameday-embedded-store' };
    const regions = new Map([['us-east-1', null]]);
    const supervised = await superviseInjector({ regions, seed: 'its own', credentials: keys, leaseMs: 60_000 });
    t.teardown(() => supervised.stop());
    const client = new ControlClient(supervised.control);
    const folder = scratch(t);
    const scenario = drillFile(folder, { faults: all('ServiceUnavailable') });
    const ends = new AbortController();
    const { report: told } = await runScenario(scenario, {
      target: app(t),
      out: join(folder, 'out'),
      injector: supervised.control,
      signal: ends.signal,
      onEntry: (entry) => {
        if (entry.type === 's3.exchange' && entry.fault !== null) ends.abort();
      },
    });
    t.match(told, { letter: null, run: { end: { reason: 'interrupted' } } });
    t.match(await client.status(), { timeline: null, windows: 0 }, 'healed at once, though the lease is a minute');

    const injector = await AttachedInjector.attach(client, 'seed');
    t.teardown(() => injector.stop());
    const inABlackHole = process.platform === 'linux' ? false : 'black holes are made on Linux alone';
    await t.test('connections that a black hole leaves unanswered', { skip: inABlackHole }, async (t) => {
      const told = new Promise<UnansweredEvent>((resolve) => injector.onUnanswered(resolve));
      const where = { regions: ['us-east-1'] };
      const hole = {
        id: 'hole',
        startMs: 0,
        endMs: 600_000,
        where,
        share: { from: 1, to: 1 },
        inFlight: 'spare',
      } as const;
      injector.start({ windows: [{ ...hole, fault: { kind: 'black-hole' } }] });
      // Until no connection of our own is made any more, none can be told from it.
      while ((await injector.account()).uncounted.get('hole') !== true) await sleep(20);
      const far = new URL(supervised.endpoints.get('us-east-1') ?? '');
      const waits = connect(Number(far.port), far.hostname).on('error', () => {});
      t.teardown(() => waits.destroy());
      while ((await injector.account()).fired.get('hole') !== 1) await sleep(20);
      injector.heal();
      t.match(await told, { region: 'us-east-1', windowId: 'hole', waiting: true });
      await injector.account();
    });

    const failed = new Promise<string>((resolve) => injector.onFailed(resolve));
    injector.start({ windows: [] });
    await injector.account();
    process.kill(supervised.pid ?? 0, 'SIGKILL');
    t.match(await failed, /started again in the middle of the run/, 'a data plane that came back breaks nothing');
  },
);
