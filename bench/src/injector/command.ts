import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { onCore, SUBJECT_CORE } from './cores.ts';
import { watched, type BenchProcess } from './process.ts';

/** A program of another house that the bench measures beside ours. */
export interface Program {
  readonly name: string;
  /** Its command line, once it knows its folder, its port and the port of the upstream. */
  arguments(folder: string, port: number, upstreamPort: number): readonly string[];
  /** Its configuration, written to `config` in its folder. */
  config(folder: string, port: number, upstreamPort: number): string;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Starts it on the subjects' core; nothing where it is not installed: it is only here to be compared with. */
export async function startProgram(program: Program, upstreamPort: number): Promise<BenchProcess | undefined> {
  if (spawnSync('which', [program.name]).status !== 0) {
    console.error(`${program.name} is not installed, so it is not compared with`);
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'gameday-bench-'));
  const port = await freePort();
  writeFileSync(join(folder, 'config'), program.config(folder, port, upstreamPort));
  const [command, ...args] = onCore(SUBJECT_CORE, [program.name, ...program.arguments(folder, port, upstreamPort)]);
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  child.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`${program.name} ended with ${child.exitCode}`);
    await setTimeout(20);
  }
  return watched(child, port);
}
