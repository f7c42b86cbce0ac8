import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { draw, streamOf } from '@gameday/injector';
import tap, { test, type Test } from 'tap';
import { scratch, startChaos, until } from './chaos-process.ts';

/** How many commands are killed; `GAMEDAY_INJECT_KILLS=100` for more. */
const KILLS = Number(process.env['GAMEDAY_INJECT_KILLS'] ?? 9);
const LANES = 3;
/** From before it listens until long after its fault is in force. */
const MOMENT_MAX_MS = 3_000;
const GONE_WITHIN_MS = 60_000;
const stream = streamOf('moments', 'inject');
const skip = existsSync('/proc/self/task') ? false : 'needs /proc to find the processes';

function childrenOf(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  } catch {
    return []; // It has ended.
  }
}

const runs = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
const foldersOf = (pid: number): readonly string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`gameday-store-${pid}-`));

/** The status of an answer; null where nobody listens or nothing comes. */
async function statusAt(endpoint: string): Promise<number | null> {
  try {
    const { status } = await fetch(`${endpoint}/bucket/key`, { signal: AbortSignal.timeout(5_000) });
    return status;
  } catch {
    return null;
  }
}

async function soon(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const begunMs = performance.now();
  while (!(await holds())) {
    if (performance.now() - begunMs > GONE_WITHIN_MS) throw new Error(`not within ${GONE_WITHIN_MS} ms: ${what}`);
    await setTimeout(20);
  }
}

/** Kills the command, or its data plane, at a drawn moment. Gives whether the fault was in force. */
async function kill(t: Test, faults: string, round: number): Promise<boolean> {
  const injecting = startChaos(['inject', '--faults', faults, '--lease', '1']);
  const pid = injecting.child.pid ?? 0;
  t.teardown(() => injecting.child.kill('SIGKILL'));
  const dataPlane = round % 3 === 2;
  if (dataPlane) await until(() => injecting.stdout().includes('keys '));
  await setTimeout(draw(stream, round, 1, 1) * (dataPlane ? MOMENT_MAX_MS / 4 : MOMENT_MAX_MS));
  const [, endpoint = null] = /endpoint\s+us-east-1\s+(\S+)/.exec(injecting.stdout()) ?? [];
  const struck = endpoint !== null && (await statusAt(endpoint)) === 503;
  const children = childrenOf(pid);
  if (dataPlane) {
    for (const child of children) process.kill(child, 'SIGKILL');
    await soon(`round ${round}: pass-through`, async () => ![null, 503].includes(await statusAt(endpoint ?? '')));
    await setTimeout(50);
    t.not(await statusAt(endpoint ?? ''), 503, `round ${round}: it stays so`);
    injecting.child.kill('SIGINT');
    await injecting.exit;
  } else {
    injecting.child.kill('SIGKILL');
    await injecting.exit;
    if (endpoint !== null) await soon(`round ${round}: no fault`, async () => (await statusAt(endpoint)) !== 503);
  }
  await soon(`round ${round}: no process left`, () => !children.some(runs));
  // Killed between making its folder and starting the process that would remove it, it leaves an empty one to the next.
  await soon(`round ${round}: no folder left`, () => foldersOf(pid).length === 0 || children.length === 0);
  return struck;
}

tap.setTimeout(600_000 + KILLS * 10_000);

test(`kill -9 of chaos inject, or of its data plane, at ${KILLS} random moments`, { skip }, async (t) => {
  const faults = join(scratch(t), 'faults.json');
  const fault = { kind: 'http-error', code: 'SlowDown' };
  const window = { id: 'w', endMs: 3_600_000, where: { regions: ['us-east-1'] }, fault };
  writeFileSync(faults, JSON.stringify({ windows: [window] }));
  let struck = 0;
  const lane = async (first: number): Promise<void> => {
    for (let round = first; round < KILLS; round += LANES) if (await kill(t, faults, round)) struck += 1;
  };
  await Promise.all(Array.from({ length: LANES }, (_, index) => lane(index)));
  t.ok(struck > 0, `the fault was in force in ${struck} of ${KILLS} rounds`);
});
