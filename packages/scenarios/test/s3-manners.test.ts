import { test } from 'tap';
import { appCommand, outage, rehearse, type Rehearsed } from './eyes-kit.ts';

const target = (mode: string): string => `
name: manners
command: ${appCommand('s3-manners-app')}
env: { MODE: ${mode} }
ready: { path: /healthz }
buckets: [manners]
workload: { rate: 20/s, steps: [{ id: put, class: read, request: { method: POST, path: / }, expect: { status: 201 } }] }
`;

const answer = ({ report }: Rehearsed, id: string) => report.forensics.find((one) => one.id === id);

test('what S3 sees of a rude app and of a polite one', async (t) => {
  const faults = '{ regions: [home], share: 1, fault: { kind: http-error, code: InternalError } }';
  const [rude, polite] = await Promise.all([
    rehearse(t, outage(faults, '5s'), target('rude')),
    rehearse(t, outage(faults, '5s'), target('polite')),
  ]);
  t.match(answer(rude, 'attempts'), { state: 'finding', sentence: /begun anew by the app itself/ }, rude.stdout);
  t.match(answer(rude, 'client-per-request'), { state: 'finding' });
  t.match(answer(rude, 'orphans'), { state: 'finding' });

  t.match(answer(polite, 'attempts'), { state: 'fine' }, polite.stdout);
  // On a busy machine its jitter may be hard to make out, but never looks like none.
  t.not(answer(polite, 'back-off')?.state, 'finding');
  t.match(answer(polite, 'client-per-request'), { state: 'fine' });
  t.match(answer(polite, 'orphans'), { state: 'fine' });
  t.match(answer(polite, 'useless-retries'), { state: 'fine' });
});
