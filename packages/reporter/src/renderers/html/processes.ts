import type { Report } from '../../report/report.ts';
import type { Markup } from '../escape.ts';
import { formatBytes, formatCount, NONE } from '../format.ts';
import { dataTable, section } from './elements.ts';

/** What /proc said of the app, phase by phase. */
export function processesSection({ processes, phases }: Report): Markup | null {
  if (processes.length === 0) return null;
  const titles = new Map(phases.map(({ id, title }) => [id, title]));
  const several = processes.some(({ replica }) => replica !== null);
  return section(
    'processes',
    'Inside the process',
    'What grows as long as S3 fails is a queue without a bound: a longer outage would take the app down.',
    dataTable({
      caption: 'The app and all its children, read twice a second. CPU: 1 is one core',
      columns: [
        { title: 'Phase' },
        ...(several ? [{ title: 'Replica', numeric: true } as const] : []),
        { title: 'Memory', numeric: true },
        { title: 'Most memory', numeric: true },
        { title: 'Most threads', numeric: true },
        { title: 'Most sockets', numeric: true },
        { title: 'Most open files', numeric: true },
        { title: 'CPU', numeric: true },
      ],
      rows: processes.map((row) => [
        titles.get(row.phase) ?? row.phase,
        ...(several ? [row.replica === null ? NONE : formatCount(row.replica)] : []),
        formatBytes(row.rssBytesP50),
        formatBytes(row.rssBytesMax),
        formatCount(row.threadsMax),
        row.socketsMax === null ? NONE : formatCount(row.socketsMax),
        formatCount(row.openFilesMax),
        row.cpuShare === null ? NONE : row.cpuShare.toFixed(2),
      ]),
    }),
  );
}
