/**
 * Stands between the runner and the target: starts the command in a process group of its own and outlives the runner
 * just long enough to stop it. A runner that is killed closes the channel, and that is the signal to clean up.
 *
 * Run as `node target-guardian.js PROGRAM ARGUMENT...` with an IPC channel; see guardian-messages.ts.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import type { GuardianMessage } from './guardian-messages.ts';

const GRACE_MS = 2_000;
/** After SIGKILL only zombies that nobody reaps can be left; they are not waited for. */
const GIVE_UP_MS = 4_000;
const [program = '', ...args] = process.argv.slice(2);
const markers = ['GAMEDAY_RUN_ID', 'GAMEDAY_REPLICA'].map((name) => `${name}=${process.env[name] ?? ''}`);

if (program === '' || process.send === undefined) {
  process.stderr.write('target-guardian is started by the runner, not by hand\n');
  process.exit(2);
}

// Ctrl-C reaches the whole terminal group; the runner decides when the target goes.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGPIPE'] as const) process.on(signal, () => {});
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

let child = start();

function start(): ChildProcess {
  const started = spawn(program, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
  started.on('spawn', () => {
    if (started.pid !== undefined) tell({ kind: 'started', pid: started.pid });
  });
  started.on('error', (error) => tell({ kind: 'failed', message: error.message }));
  started.on('exit', (code, signal) => tell({ kind: 'exited', code, signal }));
  return started;
}

function tell(message: GuardianMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

/** The target's process group, and on Linux whatever left it but still carries the run's marks in its environment. */
function everyProcess(): number[] {
  const marked: number[] = [];
  try {
    for (const name of readdirSync('/proc')) {
      const pid = Number(name);
      if (!Number.isInteger(pid) || pid === process.pid) continue;
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
        if (markers.every((marker) => environment.includes(marker))) marked.push(pid);
      } catch {
        // Gone meanwhile, or not ours to read.
      }
    }
  } catch {
    // No /proc on this system: the group must do.
  }
  return child.pid === undefined ? marked : [-child.pid, ...marked];
}

function signalAll(signal: NodeJS.Signals | 0): boolean {
  let reached = false;
  for (const pid of everyProcess()) {
    try {
      process.kill(pid, signal);
      reached = true;
    } catch {
      // Gone already.
    }
  }
  return reached;
}

let ending = false;
let leaving = false;

/** Ends every process, asking first, then calls back. */
function endAll(then: () => void): void {
  ending = true;
  signalAll('SIGTERM');
  // What is frozen cannot take a hint.
  signalAll('SIGCONT');
  const started = performance.now();
  const poll = setInterval(() => {
    const elapsedMs = performance.now() - started;
    if (elapsedMs > GRACE_MS) signalAll('SIGKILL');
    if (signalAll(0) && elapsedMs <= GIVE_UP_MS) return;
    clearInterval(poll);
    ending = false;
    then();
  }, 25);
}

function stop(): void {
  if (leaving) return;
  leaving = true;
  endAll(() => process.exit(0));
}

process.on('disconnect', stop);
process.on('message', (order) => {
  if (order === 'stop') stop();
  if (leaving) return;
  if (order === 'kill') signalAll('SIGKILL');
  if (order === 'terminate') signalAll('SIGTERM');
  if (order === 'freeze') signalAll('SIGSTOP');
  if (order === 'resume') signalAll('SIGCONT');
  if (order === 'restart' && !ending) {
    endAll(() => {
      if (!leaving) child = start();
    });
  }
});
