import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { injectorVersion, startControl, startInjector, startStore } from '@gameday/injector';
import { test, type Test } from 'tap';
import { AttachedInjector } from '../adapters/nemesis/attached-injector.ts';
import { ControlClient, type InjectorAddress } from '../adapters/nemesis/control-client.ts';
import { bundledScenarios } from '../adapters/bundled.ts';
import { EMBEDDED_CREDENTIALS } from '../adapters/s3-behind.ts';
import { loadScenario } from '../adapters/yaml-source.ts';
import { defaultTargetForCommand } from '../core/target/parse-target.ts';
import { planExperiment } from '../core/planning/plan-experiment.ts';
import { replicationWarnings } from '../core/planning/replication-warnings.ts';
import { InjectorError } from '../ports/nemesis.ts';
import { foreignRegions } from './foreign-regions.ts';
import { openS3 } from './open-s3.ts';
import { undoAll, type UndoList } from './rehearsal-stage.ts';

async function optionsFor(injector: InjectorAddress, region: string) {
  const scenario = await loadScenario(`${bundledScenarios}/brownout.yaml`);
  const buckets = [{ name: 'uploads', region }];
  const target = defaultTargetForCommand(['true'], null, '/app', buckets);
  const plan = planExperiment({ scenario, target, targetFolder: '/app', options: { seed: '1' } });
  const none = { runId: 'r', upstreams: new Map(), credentials: null, arm: null, s3Port: null, env: {} };
  return { ...none, plan, injector };
}

async function injectorElsewhere(t: Test, accessKeyId: string, isOwn = true) {
  const store = await startStore({ regions: ['us-east-1'], credentials: [EMBEDDED_CREDENTIALS] });
  const upstream = store.endpoints.get('us-east-1') ?? '';
  const injector = await startInjector({ regions: [{ region: 'us-east-1', upstream }], seed: 'its own' });
  const control = await startControl(injector, { accessKeyId, store: isOwn ? store : undefined });
  t.teardown(async () => {
    await control.close();
    await injector.stop();
    await store.stop();
  });
  return { control, endpoints: injector.endpoints };
}

test('what an injector elsewhere must be is said before anything starts', async (t) => {
  const { control, endpoints } = await injectorElsewhere(t, 'GAMEDAY');
  const theirs = await injectorElsewhere(t, 'THEIRS');
  const old = createServer((_request, response) => response.end('{"version":"0.0.1"}'));
  old.listen(0, '127.0.0.1');
  await once(old, 'listening');
  t.teardown(() => old.close());
  const { port } = old.address() as AddressInfo;
  const { url, token } = control;
  const refused = [
    [{ url: `http://127.0.0.1:${port}`, token }, 'us-east-1', `version 0.0.1, and this is ${injectorVersion}`],
    [{ url, token: 'wrong' }, 'us-east-1', 'does not take the token'],
    [{ url: 'http://127.0.0.1:1', token }, 'us-east-1', 'no injector can be reached'],
    [{ url, token }, 'us-west-2', 'does not serve us-west-2'],
    [theirs.control, 'us-east-1', 'its key THEIRS'],
  ] as const;
  for (const [address, region, message] of refused) {
    const undo: UndoList = [];
    const expected = { constructor: InjectorError, message: new RegExp(message) };
    await t.rejects(openS3(await optionsFor(address, region), undo), expected);
    await undoAll(undo);
  }
  const undo: UndoList = [];
  const opened = await openS3(await optionsFor({ url, token }, 'us-east-1'), undo);
  t.same(opened.nemesis.endpoints, endpoints);
  t.same(opened.s3.endpoints, endpoints, 'its S3 is reached through it');
  const window = { id: 'w', startMs: 0, endMs: 60_000, share: { from: 1, to: 1 }, inFlight: 'spare' as const };
  opened.nemesis.start({ windows: [{ ...window, where: { regions: ['us-east-1'] }, fault: { kind: 'silent' } }] });
  t.match(await opened.nemesis.account(), { fired: new Map([['w', 0]]) });
  await t.rejects(openS3(await optionsFor({ url, token }, 'us-east-1'), []), /has faults in force already/);
  const client = new ControlClient({ url, token });
  const resume = opened.s3.pauseReplication(['us-east-1']);
  await opened.nemesis.account();
  t.equal((await client.status()).replicationPaused, 1);
  resume?.();
  opened.s3.pauseReplication(['us-east-1']);
  await opened.nemesis.account();
  t.equal((await client.status()).replicationPaused, 1, 'the second of them alone');
  const late = await AttachedInjector.attach(new ControlClient({ url, token }), 'late');
  const refusal = new Promise<string>((resolve) => late.onFailed(resolve));
  late.start({ windows: [] });
  t.match(await refusal, /did not take the timeline.*in force already/);
  await late.stop();
  t.equal((await client.status()).windows, 1, 'what is not its own it does not heal');
  await undoAll(undo);
  t.match(await (await fetch(`${url}/status`, { headers: { authorization: `Bearer ${token}` } })).json(), {
    timeline: null,
    replicationPaused: 0,
  });
});

test('before a foreign S3 an injector elsewhere does not pretend to pause replication', async (t) => {
  const { control } = await injectorElsewhere(t, 'GAMEDAY', false);
  const undo: UndoList = [];
  const { s3, elsewhere } = await openS3(await optionsFor(control, 'us-east-1'), undo);
  t.equal(s3.pauseReplication(['us-east-1']), null);
  t.same(foreignRegions(new Map(), elsewhere), ['us-east-1']);
  const scenario = await loadScenario(`${bundledScenarios}/replication-lag.yaml`);
  const target = defaultTargetForCommand(['true'], null, '/app', []);
  const plan = planExperiment({ scenario, target, targetFolder: '/app', options: { seed: '1' } });
  t.match(replicationWarnings(plan, ['us-east-1']), [/pauses replication out of us-east-1\. That is not possible/]);
  t.same(replicationWarnings(plan, ['us-west-2']), [], 'out of that region nothing is to be paused');
  await undoAll(undo);
});
