import type { Life, ProcessReading } from '../history/lives.ts';
import { median } from '../statistics/growth.ts';
import type { Trace } from '../trace.ts';
import type { ProcessRow } from './measurements.ts';

const max = (readings: readonly ProcessReading[], pick: (reading: ProcessReading) => number): number =>
  readings.reduce((most, reading) => Math.max(most, pick(reading)), 0);

/** CPU time by time between the first and the last reading of each life; a child that ends takes its share along. */
function cpuShareOf(lives: readonly (readonly ProcessReading[])[]): number | null {
  const spans = lives.flatMap((readings) => {
    const [first, last] = [readings[0], readings.at(-1)];
    return first === undefined || last === undefined || last.t <= first.t
      ? []
      : [{ cpuMs: Math.max(0, last.cpuMs - first.cpuMs), ms: last.t - first.t }];
  });
  const ms = spans.reduce((sum, span) => sum + span.ms, 0);
  return ms === 0 ? null : Math.round((100 * spans.reduce((sum, { cpuMs }) => sum + cpuMs, 0)) / ms) / 100;
}

/** A table by phase and replica. */
export function processesOf({ history }: Trace): readonly ProcessRow[] {
  const replicas = [...new Set(history.lives.map(({ replica }) => replica))];
  return history.phases.flatMap(({ record, start, end }): ProcessRow[] => {
    if (start === null) return [];
    const within = ({ readings }: Life): readonly ProcessReading[] =>
      readings.filter(({ t }) => t >= start && t < (end ?? Infinity));
    return replicas.flatMap((replica): ProcessRow[] => {
      const lives = history.lives.filter((life) => life.replica === replica).map(within);
      const readings = lives.flat();
      if (readings.length === 0) return [];
      return [
        {
          phase: record.id,
          replica,
          readings: readings.length,
          processesMax: max(readings, ({ processes }) => processes),
          rssBytesP50: Math.round(median(readings.map(({ rssBytes }) => rssBytes)) ?? 0),
          rssBytesMax: max(readings, ({ rssBytes }) => rssBytes),
          threadsMax: max(readings, ({ threads }) => threads),
          socketsMax: readings.some(({ sockets }) => sockets === null)
            ? null
            : max(readings, ({ sockets }) => sockets ?? 0),
          openFilesMax: max(readings, ({ openFiles }) => openFiles),
          cpuShare: cpuShareOf(lives),
        },
      ];
    });
  });
}
