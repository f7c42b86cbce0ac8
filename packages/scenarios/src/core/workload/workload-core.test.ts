import * as fc from 'fast-check';
import { test } from 'tap';
import { arrivalSchedule } from './arrivals.ts';
import { createLedger } from '../ledger/ledger.ts';
import type { PlannedStep } from '../plan.ts';
import { judgeSteadyState, type JudgedRequest } from '../watch/steady-state.ts';

fc.configureGlobal({ seed: 20_170_228 });

const step = (id: string, weight: number): PlannedStep => ({
  id,
  class: 'read',
  weight,
  request: { method: 'GET', path: '/', headers: {}, body: { kind: 'none' } },
  expect: { statuses: [200], body: { kind: 'any' } },
  ledger: 'none',
});

test('arrivals are due on a fixed schedule, however seldom somebody looks', async (t) => {
  const schedule = arrivalSchedule(200, [step('a', 1)], () => 0);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 50 }), (pauses) => {
      let elapsed = 0;
      let next = 0;
      const seen: number[] = [];
      for (const pause of pauses) {
        elapsed += pause;
        const due = schedule.due(next, elapsed);
        next += due.length;
        seen.push(...due.map(({ intendedMs }) => intendedMs));
      }
      return seen.length === Math.floor(elapsed / 5) + 1 && seen.every((ms, index) => ms === index * 5);
    }),
  );
  t.equal(schedule.dueAtMs(400), 2_000);
});

test('steps are drawn by weight', async (t) => {
  const schedule = arrivalSchedule(1, [step('a', 3), step('b', 1)], (index) => (index % 100) / 100);
  const ids = schedule.due(0, 99_000).map((arrival) => arrival.step.id);
  t.equal(ids.filter((id) => id === 'a').length, 75);
  t.equal(ids.filter((id) => id === 'b').length, 25);
});

test('only acknowledged entries are known, and ids never repeat', async (t) => {
  const ledger = createLedger('run');
  const [first, second] = [ledger.nextId(), ledger.nextId()];
  t.not(first, second);
  t.equal(ledger.known(0.5), undefined);
  const write = { kind: 'set', place: null, step: 'put', digest: 'd', bytes: 1, sentMs: 0 } as const;
  ledger.begin(first, write);
  ledger.settle(first, 'unknown', 1);
  t.equal(ledger.known(0.5), undefined);
  ledger.begin(second, write);
  ledger.settle(second, 'acked', 1);
  t.equal(ledger.known(0.999)?.id, second);
  t.equal(ledger.size, 2);
});

const request = { class: 'read', intended: 100, ended: 400 } as const;
const outcomes = (good: number, bad: number, name = 'view'): JudgedRequest[] => [
  ...Array.from({ length: good }, (): JudgedRequest => ({ ...request, step: name, outcome: 'good', detail: '' })),
  ...Array.from({ length: bad }, (): JudgedRequest => ({ ...request, step: name, outcome: 'hang', detail: 'slow' })),
];

test('the steady-state hypothesis wants every step healthy', async (t) => {
  t.match(judgeSteadyState([]), { held: false });
  t.match(judgeSteadyState(outcomes(95, 5)), { held: true });
  t.match(judgeSteadyState(outcomes(94, 6)), { held: false, detail: /view: 94 of 100 good \(slow\)/ });
  t.match(judgeSteadyState([...outcomes(1_000, 0), ...outcomes(0, 3, 'list')]), {
    held: false,
    detail: /list: 0 of 3/,
  });
  const wants = { when: 'after', phase: 'recovery', class: 'read', goodShareMin: 0.9, withinMs: null } as const;
  t.match(judgeSteadyState(outcomes(9, 1), [wants]), { held: true });
  t.match(judgeSteadyState(outcomes(8, 2), [wants]), { held: false, detail: /8 of 10 read.*not 90 % \(slow\)/ });
  t.match(judgeSteadyState(outcomes(10, 0), [{ ...wants, withinMs: 300 }]), { held: true });
  t.match(judgeSteadyState(outcomes(10, 0), [{ ...wants, withinMs: 299 }]), { held: false, detail: /too slow/ });
  t.match(judgeSteadyState(outcomes(10, 0), [{ ...wants, class: 'write' }]), { held: false, detail: /no write/ });
});
