import { startControl, startInjector, startStore } from '@gameday/injector';
import { test, type Test } from 'tap';
import { ControlClient } from '../../adapters/nemesis/control-client.ts';
import { EMBEDDED_CREDENTIALS } from '../../adapters/s3-behind.ts';
import { controlInjector } from './control-actuator.ts';

async function injectorElsewhere(t: Test, isOwn: boolean) {
  const store = await startStore({ regions: ['us-east-1', 'us-west-2'], credentials: [EMBEDDED_CREDENTIALS] });
  const regions = [...store.endpoints].map(([region, upstream]) => ({ region, upstream }));
  const injector = await startInjector({ regions, seed: 's' });
  const control = await startControl(injector, { store: isOwn ? store : undefined });
  t.teardown(async () => {
    await actuator.stop();
    await control.close();
    await injector.stop();
    await store.stop();
  });
  const actuator = await controlInjector(control, EMBEDDED_CREDENTIALS);
  const client = new ControlClient(control);
  const look = async () => {
    const { timeline, windows, replicationPaused } = await client.status();
    return { inForce: timeline !== null, windows, replicationPaused };
  };
  return { actuator, look };
}

const bucket = (sourceBucket: string) => [{ sourceBucket, destinationRegion: 'us-west-2' }];
const calm = { windows: [] };
const window = { id: 'w', startMs: 0, endMs: 60_000, share: { from: 1, to: 1 }, inFlight: 'spare' as const };
const silent = { windows: [{ ...window, where: { regions: ['us-east-1'] }, fault: { kind: 'silent' as const } }] };

test('an injector elsewhere pauses replication beside faults, and without any', async (t) => {
  const { actuator, look } = await injectorElsewhere(t, true);
  const resume = await actuator.pauseReplication(bucket('a'));
  t.same(await look(), { inForce: true, windows: 0, replicationPaused: 1 });
  await actuator.play(silent);
  const resumeOther = await actuator.pauseReplication(bucket('b'));
  t.same(await look(), { inForce: true, windows: 1, replicationPaused: 2 });
  await resume();
  await actuator.play(calm);
  t.same(await look(), { inForce: true, windows: 0, replicationPaused: 1 }, 'the pause goes on without faults');
  await resumeOther();
  await resumeOther();
  t.same(await look(), { inForce: false, windows: 0, replicationPaused: 0 });
});

test('before a foreign S3 it says that it cannot, and leaves nothing behind', async (t) => {
  const { actuator, look } = await injectorElsewhere(t, false);
  await t.rejects(actuator.pauseReplication(bucket('a')), /not possible: the S3 of us-east-1 is not/);
  t.same(await look(), { inForce: false, windows: 0, replicationPaused: 0 });
});
