import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { test } from 'tap';
import type { PlannedTarget } from '../../core/plan.ts';
import { TargetError, type TargetExit } from '../../ports/target.ts';
import { freePort } from '../free-port.ts';
import { linkGuardian } from './guardian-link.ts';
import { replicatedTarget } from './replicated-target.ts';
import { startRoundRobin } from './round-robin.ts';
import { describeExit, startTargetProcess } from './target-process.ts';

const target: PlannedTarget = {
  name: 'test',
  folder: tmpdir(),
  command: [],
  url: '',
  ready: { path: '/', status: 200, withinMs: 5_000 },
  env: {},
  homeRegion: 'us-east-1',
  buckets: [],
};

const start = (script: string, url: string, withinMs = 5_000) =>
  startTargetProcess({
    target: { ...target, ready: { ...target.ready, withinMs } },
    command: [process.execPath, '-e', script],
    url,
    env: process.env,
    runId: `test-${process.pid}-${Math.random()}`,
  });

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
};

const server = (port: number): string =>
  `require('http').createServer((q, r) => r.end()).listen(${port}, '127.0.0.1');
   require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], {detached: true}).unref();
   console.log('hello');`;

test('ready when it answers; its output is heard; stop takes the whole tree', async (t) => {
  const port = await freePort();
  const app = start(server(port), `http://127.0.0.1:${port}`);
  const lines: string[] = [];
  const exits: TargetExit[] = [];
  const pids: number[] = [];
  app.onStart(({ pid }) => pids.push(pid));
  app.onOutput(({ line }) => lines.push(line));
  app.onExit((exit) => exits.push(exit));
  await app.ready();
  await app.stop();
  t.strictSame(lines, ['hello']);
  t.match(exits, [{ expected: true }]);
  t.strictSame(pids.map(alive), [false]);
});

test('a target that dies first, never answers, or cannot start says so', async (t) => {
  const dead = start('console.error("no bucket"); process.exit(3)', 'http://127.0.0.1:1');
  await t.rejects(dead.ready(), { name: 'TargetError', message: /exit code 3/ });
  await dead.stop();

  const mute = start('setInterval(() => {}, 1e6)', `http://127.0.0.1:${await freePort()}`, 200);
  await t.rejects(mute.ready(), { name: 'TargetError', message: /not ready within 0.2 s.*ECONNREFUSED/ });
  await mute.stop();

  const missing = startTargetProcess({
    target,
    command: ['/no/such/program'],
    url: 'http://127.0.0.1:1',
    env: process.env,
    runId: 'missing',
  });
  const error: unknown = await missing.ready().catch((caught: unknown) => caught);
  t.ok(error instanceof TargetError);
  t.match(error, { message: /could not be started: .*ENOENT/ });
  await missing.stop();
  t.equal(describeExit({ code: null, signal: 'SIGKILL' }), 'killed by SIGKILL');
});

test('the last words of a target are heard, with a newline or without, before its end is told', async (t) => {
  const script = `const { writeSync } = require('fs');
    writeSync(1, 'breaker '.padEnd(3000, 'x') + '\\r\\nlistening\\nbreaker op');
    process.on('SIGUSR2', () => { writeSync(2, 'out of memory'); process.exit(1); });
    setInterval(() => {}, 1e6)`;
  const app = start(script, 'http://127.0.0.1:1');
  const told: string[] = [];
  let pid = 0;
  app.onStart((started) => {
    pid = started.pid;
    told.push('started');
  });
  app.onOutput(({ line }) => told.push(line.length > 100 ? `${line.length} characters` : line));
  app.onExit(() => told.push('ended'));
  const first = ['started', '2000 characters', 'listening', 'breaker op'];
  await until(() => told.length === first.length);
  t.strictSame(told, first, 'a line that nothing follows is told too');
  process.kill(pid, 'SIGUSR2');
  await until(() => told.includes('ended'));
  app.strike('restart', null);
  await until(() => told.filter((line) => line === 'listening').length === 2);
  t.strictSame(told.slice(4, 9), ['out of memory', 'ended', 'started', '2000 characters', 'listening']);
  await app.stop();
});

test('a runner that is killed leaves no process of the target', async (t) => {
  const port = await freePort();
  const module = fileURLToPath(new URL('target-process.js', import.meta.url));
  const runner = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { startTargetProcess } from ${JSON.stringify(module)};
       const target = ${JSON.stringify(target)};
       const started = startTargetProcess({ target, command: [process.execPath, '-e', ${JSON.stringify(server(port))}],
         url: 'http://127.0.0.1:${port}', env: process.env, runId: 'killed-${process.pid}' });
       await started.ready();
       started.onStart(({ pid }) => console.log(pid));`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = (await once(createInterface({ input: runner.stdout }), 'line')) as [string];
  const pid = Number(line);
  t.equal(alive(pid), true);
  runner.kill('SIGKILL');
  await until(() => !alive(pid));
  t.equal(alive(pid), false);
});

/** Serves its number; with PORT in its environment. */
const numbered = (port: number, replica: number) =>
  startTargetProcess({
    target,
    command: [
      process.execPath,
      '-e',
      `require('http').createServer((q, r) => q.pipe(r)).listen(process.env.PORT, '127.0.0.1')`,
    ],
    url: `http://127.0.0.1:${port}`,
    env: { ...process.env, PORT: String(port) },
    runId: `numbered-${process.pid}`,
    replica,
  });

const ask = async (url: string, patienceMs: number): Promise<number | 'hang'> => {
  try {
    const signal = AbortSignal.timeout(patienceMs);
    const answer = await fetch(url, { method: 'PUT', body: 'hello', signal, headers: { connection: 'close' } });
    return (await answer.text()) === 'hello' ? answer.status : 0;
  } catch {
    return 'hang';
  }
};

test('replicas take turns; each can be frozen, killed and started again', async (t) => {
  const ports = [await freePort(), await freePort()];
  const replicas = ports.map((port, index) => numbered(port, index + 1));
  const front = await startRoundRobin(ports.map((port) => `http://127.0.0.1:${port}`));
  const app = replicatedTarget(replicas, () => front.close());
  const starts: number[] = [];
  const exits: TargetExit[] = [];
  app.onStart(({ replica }) => starts.push(replica ?? 0));
  app.onExit((exit) => exits.push(exit));
  await app.ready();
  t.strictSame([await ask(front.url, 2_000), await ask(front.url, 2_000)], [200, 200]);

  t.equal(app.strike('freeze', 1), null);
  let answers: (number | 'hang')[] = [];
  while (!answers.includes('hang')) answers = [await ask(front.url, 300), await ask(front.url, 300)];
  t.strictSame(new Set(answers), new Set([200, 'hang']), 'the frozen one takes its turn and never answers');
  app.strike('resume', 1);
  t.strictSame([await ask(front.url, 2_000), await ask(front.url, 2_000)], [200, 200]);

  app.strike('kill', 2);
  await until(() => exits.length === 1);
  t.match(exits, [{ signal: 'SIGKILL', expected: true, replica: 2 }]);
  t.strictSame([await ask(front.url, 2_000), await ask(front.url, 2_000)], [200, 200], 'the dead one is passed over');
  app.strike('kill', 1);
  await until(() => exits.length === 2);
  t.equal(await ask(front.url, 2_000), 0, 'with none left there is an answer, and it is an error');

  app.strike('restart', null);
  await until(() => starts.length === 4);
  await app.ready();
  t.strictSame([await ask(front.url, 2_000), await ask(front.url, 2_000)], [200, 200]);
  t.match(app.strike('freeze', 3), /no replica 3, only 2/);
  app.strike('freeze', 1);
  await app.stop();
  t.equal(exits.length, 4, 'a frozen one can be stopped too');
  t.ok(exits.every(({ expected }) => expected));
});

test('a kill on the heels of a restart is expected of the life that it strikes', async (t) => {
  // Stands where the guardian does: it tells of the new life only when the kill has been ordered.
  const script = `
    process.send({ kind: 'started', pid: 2 ** 30 });
    process.on('message', (order) => {
      if (order === 'restart') process.send({ kind: 'exited', code: null, signal: 'SIGTERM' });
      if (order !== 'kill') return;
      process.send({ kind: 'started', pid: 2 ** 30 + 1 });
      process.send({ kind: 'exited', code: null, signal: 'SIGKILL' });
      process.send({ kind: 'started', pid: 2 ** 30 + 2 });
      process.send({ kind: 'exited', code: 1, signal: null }, () => process.exit());
    });`;
  const guardian = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const link = linkGuardian(guardian);
  const exits: Pick<TargetExit, 'code' | 'expected'>[] = [];
  link.onExit(({ code, expected }) => exits.push({ code, expected }));
  await once(guardian, 'message');
  link.order('restart');
  link.order('kill');
  await once(guardian, 'exit');
  t.strictSame(exits, [
    { code: null, expected: true },
    { code: null, expected: true },
    { code: 1, expected: false },
  ]);
});
