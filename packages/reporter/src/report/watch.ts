import type { Trace } from '../trace.ts';
import type { ReportAlarm, ReportProbe } from './findings.ts';

/** Readers want the story, not every look. */
const ALARMS_MAX = 100;
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

export function probesOf({ history, clock }: Trace): readonly ReportProbe[] {
  return history.watch.readings.slice(0, PROBES_MAX).map((reading): ReportProbe => {
    const { screenshot } = reading;
    const phase = history.phases.findLast(({ start }) => start !== null && start <= reading.started);
    return {
      at: clock.moment(reading.started),
      phase: phase?.record.id ?? null,
      probe: reading.probe,
      kind: reading.kind,
      usable: reading.usable,
      message: reading.message,
      tookMs: Math.max(0, Math.round(reading.t - reading.started)),
      value: reading.value ?? null,
      screenshot: typeof screenshot === 'string' && isScreenshot(screenshot) ? screenshot : null,
      brokenImages: reading.brokenImages ?? null,
      consoleErrors: reading.consoleErrors ?? null,
      lcpMs: reading.lcpMs ?? null,
    };
  });
}
