import { test } from 'tap';
import { UnansweredAttempts } from './unanswered.ts';

test('attempts are followed from look to look', (t) => {
  const attempts = new UnansweredAttempts();
  t.strictSame(attempts.look(new Set(['a', 'b']), 100), { begun: 2, over: [] });
  t.strictSame(attempts.look(new Set(['b', 'c']), 200), {
    begun: 1,
    over: [{ startedMs: 100, endedMs: 100, waiting: false }],
  });
  t.strictSame(attempts.look(new Set(['b']), 300), {
    begun: 0,
    over: [{ startedMs: 200, endedMs: 200, waiting: false }],
  });
  t.strictSame(attempts.end(), [{ startedMs: 100, endedMs: 300, waiting: true }], 'what still waits is told of too');
  t.strictSame(attempts.end(), [], 'once');
  t.end();
});
