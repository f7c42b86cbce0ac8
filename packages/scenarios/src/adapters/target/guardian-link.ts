import type { ChildProcess } from 'node:child_process';
import type { TargetExit, TargetLine, TargetStart } from '../../ports/target.ts';
import { guardianMessage, type GuardianOrder } from './guardian-messages.ts';
import { type OutputLines, readLines } from './output-lines.ts';

/** The runner's end of the line to a guardian: what became of the target, one life after the other. */
export interface GuardianLink {
  readonly onStart: (listener: (start: TargetStart) => void) => void;
  readonly onOutput: (listener: (line: TargetLine) => void) => void;
  /** Also told of the exit that has been already. */
  readonly onExit: (listener: (exit: TargetExit) => void) => void;
  /** Also told of the failure that has been already. */
  onFailure(listener: (message: string) => void): void;
  /** Sends an order; the exit that follows from it is expected. */
  order(order: GuardianOrder): void;
  /** Resolves when all that has happened so far has been told. */
  settled(): Promise<void>;
}

export function linkGuardian(guardian: ChildProcess, replica?: number): GuardianLink {
  const who = replica === undefined ? {} : { replica };
  const starts: ((start: TargetStart) => void)[] = [];
  const outputs: ((line: TargetLine) => void)[] = [];
  const exits: ((exit: TargetExit) => void)[] = [];
  const failures: ((message: string) => void)[] = [];
  let pid: number | null = null;
  let running = true;
  let expected = false;
  /** What was ordered since a restart was: it strikes the life that is still to be told of. */
  let expectedNext: boolean | null = null;
  let leaving = false;
  let lastExit: TargetExit | undefined;
  let failure: string | undefined;

  const pipes: OutputLines[] = [];
  // What happens to a target is told in its order, and a death only after its last words.
  let told = Promise.resolve();
  const exited = (code: number | null, signal: string | null): void => {
    const exit: TargetExit = { code, signal, expected, ...who };
    told = inTurn(told, async () => {
      if (!running) return;
      await Promise.all(pipes.map((pipe) => pipe.drain()));
      running = false;
      lastExit = exit;
      for (const listener of exits) listener(exit);
    });
  };
  const started = (life: number): void => {
    pid = life;
    expected = leaving || expectedNext === true;
    expectedNext = null;
    told = inTurn(told, async () => {
      running = true;
      lastExit = undefined;
      for (const listener of starts) listener({ pid: life, ...who });
    });
  };
  const failed = (message: string): void => {
    failure ??= message;
    for (const listener of failures) listener(message);
  };
  guardian.on('message', (raw) => {
    const message = guardianMessage.parse(raw);
    if (message.kind === 'failed') failed(message.message);
    else if (message.kind === 'exited') exited(message.code, message.signal);
    else started(message.pid);
  });
  guardian.on('error', (error) => failed(error.message));
  guardian.on('exit', (code, signal) => {
    // A guardian that was killed cannot stop its target any more; its process group is still ours to stop.
    if (!leaving && pid !== null) killGroup(pid);
    exited(code, signal);
  });
  for (const stream of ['stdout', 'stderr'] as const) {
    const pipe = guardian[stream];
    if (pipe === null) continue;
    pipes.push(
      readLines(pipe, (line) => {
        for (const listener of outputs) listener({ stream, line, ...who });
      }),
    );
  }
  return {
    onStart(listener) {
      starts.push(listener);
      if (pid !== null) listener({ pid, ...who });
    },
    onOutput(listener) {
      outputs.push(listener);
    },
    onExit(listener) {
      exits.push(listener);
      if (lastExit !== undefined) listener(lastExit);
    },
    onFailure(listener) {
      failures.push(listener);
      if (failure !== undefined) listener(failure);
    },
    order(order) {
      if (order === 'stop') leaving = true;
      if (order === 'restart') expectedNext = false;
      else if (order !== 'freeze' && order !== 'resume' && expectedNext !== null) expectedNext = true;
      if (order !== 'freeze' && order !== 'resume') expected = true;
      if (guardian.connected) guardian.send(order);
    },
    settled: () => told,
  };
}

async function inTurn(before: Promise<void>, happening: () => Promise<void>): Promise<void> {
  await before;
  await happening();
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
