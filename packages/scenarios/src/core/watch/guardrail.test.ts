import * as fc from 'fast-check';
import { test } from 'tap';
import { abortWatch, watch, type WatchedOutcome } from './guardrail.ts';
import type { PlannedAbort } from '../plan.ts';

fc.configureGlobal({ seed: 20_170_228 });

const rule: PlannedAbort = { class: 'control', goodShareMin: 0.8, forMs: 2_000 };
const after = (outcomes: readonly WatchedOutcome[]) => outcomes.reduce(watch, abortWatch(rule));
const each100Ms = (goods: readonly boolean[], stepClass: WatchedOutcome['class'] = 'control'): WatchedOutcome[] =>
  goods.map((good, index) => ({ atMs: index * 100, class: stepClass, good }));
const times = (count: number, good: boolean): boolean[] => Array.from({ length: count }, () => good);

test('a share below the limit for the whole stretch trips it', async (t) => {
  t.equal(after(each100Ms(times(20, false))).tripped, null, 'not before it has watched for so long');
  t.equal(
    after(each100Ms(times(21, false))).tripped,
    '0 of 20 control requests were good in the last 2 s, less than 80 %',
  );
  t.equal(after(each100Ms([...times(60, true), ...times(4, false)])).tripped, null, '16 of 20 are 80 %');
  t.match(after(each100Ms([...times(60, true), ...times(5, false)])).tripped, /^15 of 20 control/);
});

test('it minds its own class, and few answers are no share', async (t) => {
  t.equal(after(each100Ms(times(100, false), 'read')).tripped, null);
  t.equal(after([0, 1_000, 2_000, 3_000].map((atMs) => ({ atMs, class: 'control', good: false }))).tripped, null);
});

test('good answers never trip it, and it never recovers once it has', async (t) => {
  const outcome = fc.record({ gap: fc.nat(500), good: fc.boolean() });
  fc.assert(
    fc.property(fc.array(outcome, { maxLength: 80 }), (steps) => {
      let atMs = 0;
      let state = abortWatch(rule);
      for (const { gap, good } of steps) {
        atMs += gap;
        const next = watch(state, { atMs, class: 'control', good });
        if (state.tripped !== null && next.tripped !== state.tripped) return false;
        state = next;
      }
      return state.tripped === null || steps.some(({ good }) => !good);
    }),
  );
  t.pass('held for every sequence tried');
});
