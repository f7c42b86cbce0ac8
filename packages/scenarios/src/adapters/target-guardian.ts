/**
 * Stands between the runner and the target: starts the command in a process group of its own and outlives the runner
 * just long enough to stop it. A runner that is killed closes the channel, and that is the signal to clean up.
 *
 * Run as `node target-guardian.js PROGRAM ARGUMENT...` with an IPC channel. Sends `{kind: 'exited' | 'failed'}`.
 */
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

const GRACE_MS = 2_000;
/** After SIGKILL only zombies that nobody reaps can be left; they are not waited for. */
const GIVE_UP_MS = 4_000;
const [program, ...args] = process.argv.slice(2);
const marker = `GAMEDAY_RUN_ID=${process.env['GAMEDAY_RUN_ID'] ?? ''}`;

if (program === undefined || process.send === undefined) {
  process.stderr.write('target-guardian is started by the runner, not by hand\n');
  process.exit(2);
}

// Ctrl-C reaches the whole terminal group; the runner decides when the target goes.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGPIPE'] as const) process.on(signal, () => {});
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

const child = spawn(program, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
child.on('spawn', () => tell({ kind: 'started', pid: child.pid }));
child.on('error', (error) => tell({ kind: 'failed', message: error.message }));
child.on('exit', (code, signal) => tell({ kind: 'exited', code, signal }));

function tell(message: object): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

/** The target's process group, and on Linux whatever left it but still carries the run's mark in its environment. */
function everyProcess(): number[] {
  const marked: number[] = [];
  try {
    for (const name of readdirSync('/proc')) {
      const pid = Number(name);
      if (!Number.isInteger(pid) || pid === process.pid) continue;
      try {
        if (readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(marker)) marked.push(pid);
      } catch {
        // Gone meanwhile, or not ours to read.
      }
    }
  } catch {
    // No /proc on this system: the group must do.
  }
  return child.pid === undefined ? marked : [-child.pid, ...marked];
}

function signalAll(signal: 'SIGTERM' | 'SIGKILL' | 0): boolean {
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

let stopping = false;
function stop(): void {
  if (stopping) return;
  stopping = true;
  signalAll('SIGTERM');
  const started = performance.now();
  const poll = setInterval(() => {
    const elapsedMs = performance.now() - started;
    if (elapsedMs > GRACE_MS) signalAll('SIGKILL');
    if (!signalAll(0) || elapsedMs > GIVE_UP_MS) {
      clearInterval(poll);
      process.exit(0);
    }
  }, 25);
}

process.on('disconnect', stop);
process.on('message', (message) => {
  if (message === 'stop') stop();
});
