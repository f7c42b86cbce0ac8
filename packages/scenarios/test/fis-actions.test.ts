import { test } from 'tap';
import { manualClock } from '@gameday/injector';
import { eventually, openFisStage } from './fis-stage.ts';
import { begin, get, statuses, wait } from './fis-experiment.ts';

test('actions in their order, failures, and what finds no resources', async (t) => {
  const clock = manualClock();
  const { client } = await openFisStage(t, clock);
  const id = await begin(client, {
    actions: { a: wait('PT2S'), b: wait('PT3S'), c: wait('PT1M', 'a', 'b'), d: wait('PT1M', 'c') },
  });
  await eventually(
    () => get(client, id),
    ({ state }) => state?.status === 'running',
  );
  clock.advance(2_000);
  t.strictSame(
    statuses(
      await eventually(
        () => get(client, id),
        ({ actions }) => actions?.['a']?.state?.status === 'completed',
      ),
    ),
    { a: 'completed', b: 'running', c: 'pending', d: 'pending' },
  );
  clock.advance(1_000);
  const third = await eventually(
    () => get(client, id),
    ({ actions }) => actions?.['c']?.state?.status === 'running',
  );
  t.strictSame(statuses(third), { a: 'completed', b: 'completed', c: 'running', d: 'pending' });
  t.equal(third.actions?.['b']?.endTime?.getTime(), Date.parse('2026-01-01T00:00:03Z'), 'times are the clock’s');
  clock.advance(60_000);
  await eventually(
    () => get(client, id),
    ({ actions }) => actions?.['d']?.state?.status === 'running',
  );
  clock.advance(60_000);
  t.equal(
    (
      await eventually(
        () => get(client, id),
        ({ endTime }) => endTime !== undefined,
      )
    ).state?.status,
    'completed',
  );

  const failed = await begin(client, {
    actions: {
      long: wait('PT1H'),
      wrong: { actionId: 'gameday:s3:inject-error', parameters: { duration: 'PT1M', code: 'SlowDwn' } },
      later: wait('PT1M', 'wrong'),
    },
  });
  const end = await eventually(
    () => get(client, failed),
    ({ endTime }) => endTime !== undefined,
  );
  t.equal(end.state?.status, 'failed');
  t.match(end.actions?.['wrong']?.state?.reason, /SlowDown/, 'the reason says what is meant');
  t.strictSame(statuses(end), { long: 'stopped', wrong: 'failed', later: 'cancelled' });

  const instances = { app: { resourceType: 'aws:ec2:instance', resourceTags: { App: 'x' }, selectionMode: 'ALL' } };
  const stop = { actionId: 'aws:ec2:stop-instances', targets: { Instances: 'app' } };
  const nobody = await get(client, await begin(client, { targets: instances, actions: { stop } }));
  t.match(nobody.state, { status: 'failed', reason: /empty set: app/ });
  const skipping = await begin(client, {
    targets: instances,
    actions: { stop, next: wait('PT1S', 'stop') },
    experimentOptions: { emptyTargetResolutionMode: 'skip' },
  });
  const skipped = await eventually(
    () => get(client, skipping),
    ({ state }) => state?.status === 'running',
  );
  t.strictSame(statuses(skipped), { stop: 'skipped', next: 'running' });
});

test('a stop file, and what the endpoint does not take', async (t) => {
  const clock = manualClock();
  let stop = false;
  const { client, endpoint } = await openFisStage(t, clock, () => stop);
  const id = await begin(client, {
    stopConditions: [{ source: 'gameday:stop-file', value: '/tmp/a/file/that/says/STOP' }],
    actions: { a: wait('PT1H') },
  });
  await eventually(
    () => get(client, id),
    ({ state }) => state?.status === 'running',
  );
  stop = true;
  clock.advance(250);
  t.match(
    (
      await eventually(
        () => get(client, id),
        ({ endTime }) => endTime !== undefined,
      )
    ).state,
    { status: 'stopped', reason: /STOP exists/ },
  );

  const unsigned = await fetch(`${endpoint.url}/actions`);
  t.equal(unsigned.status, 403);
  t.equal(unsigned.headers.get('x-amzn-errortype'), 'MissingAuthenticationTokenException');
  await t.rejects(begin(client, { actions: { a: wait('PT1H') }, roleArn: 'not-a-role-but-long' }), {
    name: 'ValidationException',
  });
  await t.rejects(
    begin(client, {
      actions: { a: wait('PT1H') },
      stopConditions: [{ source: 'gameday:guardrail', value: 'something that is none' }],
    }),
    {
      name: 'ValidationException',
    },
  );
});
