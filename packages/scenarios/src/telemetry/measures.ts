import type { Meter } from '@opentelemetry/api';
import type { Entry } from '@gameday/reporter/journal';

/** What makes metrics of a run's journal. */
export interface RunMeasures {
  add(entry: Entry): void;
  finish(grade: { readonly letter: string | null; readonly score: number | null } | null): void;
}

/** Seconds, from a quick answer to a user who gave up. */
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const advice = { unit: 's', advice: { explicitBucketBoundaries: BOUNDARIES } };

/** Durations count as the grade counts them: a user's from when the request was due. */
export function createMeasures(meter: Meter): RunMeasures {
  const requests = meter.createHistogram('gameday.request.duration', {
    ...advice,
    description: 'What users waited for an answer, from when their request was due.',
  });
  const exchanges = meter.createHistogram('gameday.s3.exchange.duration', {
    ...advice,
    description: 'How long S3 requests of the app were open.',
  });
  const writes = meter.createCounter('gameday.ledger.writes', {
    unit: '{write}',
    description: 'Writes by what the app said of them, and those that the audit missed.',
  });
  const inForce = meter.createUpDownCounter('gameday.faults.in_force', {
    unit: '{fault}',
    description: 'Fault windows in force.',
  });
  const score = meter.createGauge('gameday.score', { unit: '1', description: 'The score of the run, 0 to 100.' });

  return {
    add(entry) {
      if (entry.type === 'work.request') {
        const { step, class: stepClass, outcome } = entry;
        requests.record((entry.ended - entry.intended) / 1_000, {
          'gameday.step': step,
          'gameday.class': stepClass,
          'gameday.outcome': outcome,
        });
      } else if (entry.type === 's3.exchange') {
        exchanges.record((entry.t - entry.started) / 1_000, {
          'cloud.region': entry.region,
          'rpc.method': entry.operation,
          'gameday.outcome': entry.outcome,
          'gameday.fault.kind': entry.fault?.kind ?? 'none',
        });
      } else if (entry.type === 'ledger.acked') writes.add(1, { 'gameday.state': 'acknowledged' });
      else if (entry.type === 'ledger.unknown') writes.add(1, { 'gameday.state': 'unknown' });
      else if (entry.type === 'ledger.audited' && entry.acked && entry.found === 'absent') {
        writes.add(1, { 'gameday.state': 'absent', 'gameday.via': entry.via });
      } else if (entry.type === 'fault.started') inForce.add(1);
      else if (entry.type === 'fault.ended') inForce.add(-1);
    },
    finish(grade) {
      if (typeof grade?.score === 'number') score.record(grade.score, { 'gameday.letter': grade.letter ?? '' });
    },
  };
}
