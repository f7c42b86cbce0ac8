import { test } from 'tap';
import { entriesOf } from './chaos-process.ts';
import { appCommand, outage, rehearse, type Rehearsed } from './eyes-kit.ts';

const silent = '{ regions: [home], share: 1, fault: silent }';

const target = (mode: string, sockets = ''): string => `
name: inner
command: ${appCommand('inner-app')}
env: { MODE: ${mode} }
ready: { path: /healthz }
patience: 4s
workload: { rate: 20/s, ${sockets} steps: [{ id: home, class: read, request: GET / }] }
`;

const dimension = ({ report }: Rehearsed, id: string) => report.dimensions.find((one) => one.id === id);

test(
  'a leak and a start that needs S3 are found; an app with neither passes both',
  { skip: process.platform === 'linux' ? false : 'reads /proc' },
  async (t) => {
    const restarted = 'events: [{ do: restart-target, after: 11500ms }]';
    const [leaky, stubborn, clean] = await Promise.all([
      rehearse(t, outage(silent, '12s'), target('leaky', 'sockets: 60,')),
      rehearse(t, outage(silent, '4s', '    events: [{ do: restart-target }]'), target('stubborn')),
      rehearse(t, outage(silent, '14s', `    ${restarted}`), target('clean')),
    ]);
    const leak = dimension(leaky, 'resources');
    t.match(leak, { verdict: 'fail' }, leaky.stdout + leaky.stderr);
    t.match(leak?.summary, /^(Memory.*)?[Ss]ockets.* of the app grew as long as S3 failed/);
    t.match(leak?.causes, [{ cap: 'unbounded-growth' }]);
    t.ok(leaky.report.processes.some(({ phase, socketsMax }) => phase === 'broken' && (socketsMax ?? 0) > 100));

    // Sixty users wait four seconds each: fifteen a second, of twenty that are due.
    const unsent = leaky.report.table.find(({ phase, class: cls }) => phase === 'broken' && cls === 'read')?.unsent;
    t.ok((unsent ?? 0) > 10, 'what is due beyond the sockets is never sent');
    t.match(leaky.report.topCauses.map(({ sentence }) => sentence).join(), /never sent/, 'and the report says so');
    t.equal(leaky.report.tool.unsent >= (unsent ?? 0), true);

    t.match(dimension(stubborn, 'restart'), { verdict: 'fail', score: 0 }, stubborn.stdout);
    t.match(
      dimension(stubborn, 'restart')?.summary,
      /^Started at .* without S3, the app was (not ready before S3 was back|ready only after \d(\.\d)? s)/,
    );

    t.match(dimension(clean, 'resources'), { verdict: 'pass', score: 100 }, clean.stdout);
    t.match(dimension(clean, 'restart'), { verdict: 'pass', score: 100 });
    t.equal(entriesOf(clean.entries, 'target.ready').length, 2);
  },
);
