import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import tap, { test, type Test } from 'tap';
import { draw, startControl, startInjector, streamOf } from '../src/index.ts';
import { startTinyS3 } from './harness.ts';
import { ask } from './raw-client.ts';

/** How many controllers are killed; `GAMEDAY_KILLS=200` for more. */
const KILLS = Number(process.env['GAMEDAY_KILLS'] ?? 30);
/** So many injectors lose their controllers at the same time. */
const LANES = 6;
const LEASE_MS = 250;
/** How long to wait for a controller on a busy machine to put its fault in force. */
const IN_FORCE_WITHIN_MS = 5_000;
const script = fileURLToPath(new URL('controller-child.js', import.meta.url));
const stream = streamOf('moments', 'kill');

/** Kills one controller after another, at moments drawn from the seed. Gives how often the fault was in force. */
async function lane(t: Test, upstream: string, first: number): Promise<number> {
  const injector = await startInjector({ regions: [{ region: 'us-east-1', upstream }], seed: 'seed' });
  const control = await startControl(injector, { leaseMs: LEASE_MS });
  t.teardown(async () => {
    await control.close();
    await injector.stop();
  });
  const port = Number(new URL(injector.endpoints.get('us-east-1') ?? '').port);
  const answer = async (): Promise<string> => (await ask(port, 'GET', '/bucket/key')).text.slice(9, 12);
  let struck = 0;
  for (let round = first; round < KILLS; round += LANES) {
    const child = fork(script, [control.url, control.token, '10']);
    await once(child, 'message');
    // Half of them die from their first moment on, before, while or after they ask; half with their fault in force.
    const untilMs = performance.now() + (round % 2 === 0 ? 0 : IN_FORCE_WITHIN_MS);
    while (performance.now() < untilMs && (await answer()) !== '503') await setTimeout(5);
    await setTimeout(draw(stream, round, 1, 1) * LEASE_MS);
    if ((await answer()) === '503') struck += 1;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    const killedMs = performance.now();
    while ((await answer()) !== '200') {
      if (performance.now() - killedMs > 10_000) throw new Error(`still broken in round ${round}`);
      await setTimeout(5);
    }
    // Nothing that the dead controller had on its way brings the fault back for good.
    await setTimeout(LEASE_MS + 20);
    if ((await answer()) !== '200') t.fail(`broken again in round ${round}`);
  }
  return struck;
}

tap.setTimeout(600_000 + KILLS * 2_000);

test(`kill -9 of the controller at ${KILLS} random moments always ends in pass-through`, async (t) => {
  const s3 = await startTinyS3(t);
  const struck = await Promise.all(Array.from({ length: LANES }, (_, index) => lane(t, s3.url, index)));
  const inForce = struck.reduce((sum, count) => sum + count, 0);
  t.ok(inForce > 0, `the fault was in force in ${inForce} of ${KILLS} rounds`);
});
