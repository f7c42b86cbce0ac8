import type { Report } from '../report/report.ts';
import { headlineFigures } from './headline-figures.ts';

/** An ISO 8601 time with seconds, in UTC or with an offset. */
const ISO = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,3})\d*)?(Z|[+-]\d\d:\d\d)$/;

/** Days since 1970-01-01 of a date of the Gregorian calendar. Own code: the reporter reads no clock, so it has no Date. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

/** Nanoseconds since the epoch as OTLP writes them; "0", which means unknown, for what is no time. */
export function unixNano(iso: string, plusMs: number): string {
  const parts = ISO.exec(iso);
  if (parts === null) return '0';
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
  const zone = parts[8] ?? 'Z';
  const sign = zone.startsWith('-') ? -1 : 1;
  const offset = zone === 'Z' ? 0 : sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6)));
  const seconds = daysSinceEpoch(year, month, day) * 86_400 + hour * 3_600 + (minute - offset) * 60 + second;
  const ms = seconds * 1000 + Number((parts[7] ?? '0').padEnd(3, '0')) + Math.round(plusMs);
  return ms <= 0 || !Number.isFinite(ms) ? '0' : String(BigInt(ms) * 1_000_000n);
}

const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });

/** otlp.json: the headline figures as an OTLP/HTTP metrics request (opentelemetry-proto 1.x), ready to be posted. */
export function renderOtlp(report: Report): string {
  const { run, target, scenario } = report;
  const [startTimeUnixNano, timeUnixNano] = [unixNano(run.at, 0), unixNano(run.at, run.durationMs)];
  const metrics = headlineFigures(report)
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, help, unit, samples }) => ({
      name: name.replaceAll('_', '.'),
      description: help,
      unit,
      gauge: {
        dataPoints: samples.map(({ labels, value }) => ({
          attributes: Object.entries(labels).map(([key, text]) => attribute(key, text)),
          startTimeUnixNano,
          timeUnixNano,
          asDouble: value,
        })),
      },
    }));
  const resource = {
    attributes: [
      attribute('service.name', target.name),
      attribute('gameday.scenario', scenario.name),
      attribute('gameday.run.id', run.id),
      attribute('gameday.seed', run.seed),
    ],
  };
  const scope = { name: 'gameday', version: run.gameday };
  return `${JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics }] }] }, null, 2)}\n`;
}
