import { alarmStories } from '../checkers/alarm-story.ts';
import { onsetMs } from '../checkers/mitigation.ts';
import type { ProbeReading } from '../history/watch.ts';
import type { Trace } from '../trace.ts';
import type { ReportAlarm, ReportAlarmStory, ReportProbe } from './findings.ts';

/** Readers want the story, not every look. */
const ALARMS_MAX = 100;
const STORIES_MAX = 60;
const PROBES_MAX = 200;

/** Beside the journal and nowhere else: no scheme, no root, no way up. */
export const isScreenshot = (name: string): boolean => /^(?!.*\.\.)[\w][\w./ -]*\.(?:png|jpe?g|webp)$/i.test(name);

export const alarmsOf = ({ history, clock }: Trace): readonly ReportAlarm[] =>
  history.watch.alerts.slice(0, ALARMS_MAX).map(({ t, alarm, source, state, detail }) => ({
    at: clock.moment(t),
    alarm,
    source,
    state,
    detail,
  }));

/** What each alarm did, whether it went off or not. */
export function alarmStoriesOf(trace: Trace): readonly ReportAlarmStory[] {
  const onset = onsetMs(trace);
  const { speed } = trace.history.plan.clock;
  return alarmStories(trace)
    .slice(0, STORIES_MAX)
    .map((told): ReportAlarmStory => {
      const { id, does, expect, falseAlarms, firedAt, late, clearedAt, stuck, asExpected } = told;
      const afterMs = firedAt === null || onset === null ? null : Math.round(firedAt - onset);
      return {
        id,
        does,
        expect,
        falseAlarms,
        late,
        stuck,
        asExpected,
        fired: firedAt === null ? null : trace.clock.planned(firedAt),
        detectedAfterMs: afterMs,
        detectedAfterIncidentMs: afterMs === null ? null : Math.round(afterMs * speed),
        cleared: clearedAt === null ? null : trace.clock.planned(clearedAt),
      };
    });
}

const who = ({ probe, replica }: ProbeReading): string => `${probe}\n${replica ?? ''}`;

/** Every journey of a browser, and of the other probes, which look each second, those looks that brought news. */
function* news(readings: readonly ProbeReading[]): Generator<ProbeReading> {
  const last = new Map<string, ProbeReading>();
  for (const reading of readings) {
    const before = last.get(who(reading));
    last.set(who(reading), reading);
    const same = before?.usable === reading.usable && before.message === reading.message;
    if (reading.kind === 'browser' || !same) yield reading;
  }
}

export function probesOf({ history, clock }: Trace): readonly ReportProbe[] {
  return [...news(history.watch.readings)].slice(0, PROBES_MAX).map((reading): ReportProbe => {
    const { screenshot } = reading;
    const phase = history.phases.findLast(({ start }) => start !== null && start <= reading.started);
    return {
      at: clock.moment(reading.started),
      phase: phase?.record.id ?? null,
      probe: reading.probe,
      replica: reading.replica ?? null,
      kind: reading.kind,
      usable: reading.usable,
      message: reading.message,
      tookMs: Math.max(0, Math.round(reading.t - reading.started)),
      value: reading.value ?? null,
      screenshot: typeof screenshot === 'string' && isScreenshot(screenshot) ? screenshot : null,
      brokenImages: reading.brokenImages ?? null,
      consoleErrors: reading.consoleErrors ?? null,
      lcpMs: reading.lcpMs ?? null,
      usableMs: reading.usableMs ?? null,
      failedRequests: reading.failedRequests ?? null,
      showed: reading.showed ?? null,
    };
  });
}
