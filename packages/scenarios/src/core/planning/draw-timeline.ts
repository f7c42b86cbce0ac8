import { rampAt, type FaultWindow, type OperationClass } from '@gameday/injector';
import { formatIncidentTime } from '../words/incident-time.ts';
import type { IncidentClock, Plan, PlannedEvent, PlannedPhase } from '../plan.ts';
import { labelled } from '../words/text-layout.ts';

const CLASSES: readonly OperationClass[] = ['read', 'write', 'delete'];
const CELLS_MIN = 20;
const LEGEND = '· well   ~ slow   ░ up to 25 % fail   ▒ up to 50 %   ▓ up to 75 %   █ more';

/** Faults that by themselves strike only some of the requests in their blast radius. */
const onlyThose: ReadonlySet<string> = new Set([
  'throttle',
  'stale-read',
  'list-lag',
  'lost-delete',
  'error-in-success',
]);

/** What is drawn: a plan, or a compiled timeline with its scenario's clock. */
type Drawn = Pick<Plan, 'phases' | 'timeline' | 'events'> & { readonly clock: Omit<IncidentClock, 'speed'> };

/** One cell's stretch of time, in milliseconds of the run. */
interface Cell {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The incident as a picture for the terminal: its own clock from left to right, a row for each region and class of
 * operations that fares differently, shaded by how much of it fails. Plain text, no colour.
 * @param width letters in a line
 */
export function drawTimeline(plan: Drawn, options: { readonly width: number }): string {
  const incident = plan.phases.filter((phase) => phase.stage === 'incident');
  const { windows } = plan.timeline;
  const regions = [...new Set(windows.flatMap((window) => window.where.regions))];
  const labelColumn = Math.max(0, ...regions.map((region) => region.length)) + ' read+write+delete '.length;
  const cells = layOut(incident, Math.max(CELLS_MIN, options.width - labelColumn));
  const rows = regions.flatMap((region) => drawRegion(windows, region, cells.flat(), labelColumn));
  const narrow = windows.some(
    ({ where, fault }) =>
      (where.operations ?? where.buckets ?? where.prefixes ?? where.connections) !== undefined ||
      onlyThose.has(fault.kind),
  );
  return [
    ...drawClock(plan, incident, cells, labelColumn),
    ...rows,
    ...drawEvents(plan.events ?? [], cells.flat(), labelColumn),
    '',
    ...incident.flatMap((phase, index) => {
      const label = `  ${letter(index)}  ${formatIncidentTime(plan.clock, phase.incidentFromMin ?? 0)}`;
      return labelled(label, `${phase.id}: ${phase.title}`, 14, options.width);
    }),
    '',
    `  ${LEGEND}`,
    ...(narrow
      ? ['  Faults that strike only some operations, keys or connections are drawn as if they struck all.']
      : []),
    '',
  ].join('\n');
}

function letter(index: number): string {
  return 'abcdefghijklmnopqrstuvwxyz'.charAt(index % 26);
}

/** Gives every phase its cells: in proportion to its length, but at least two, so that none vanishes. */
function layOut(phases: readonly PlannedPhase[], cellsMax: number): Cell[][] {
  const totalMs = phases.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  const spare = Math.max(0, cellsMax - 2 * phases.length);
  return phases.map(({ startMs, endMs }) => {
    const count = 2 + Math.floor((spare * (endMs - startMs)) / totalMs);
    const stepMs = (endMs - startMs) / count;
    return Array.from({ length: count }, (_, index) => ({
      fromMs: startMs + index * stepMs,
      toMs: startMs + (index + 1) * stepMs,
    }));
  });
}

/** The clock's readings above the letters of the phases; a reading that would touch the one before is left out. */
function drawClock(
  plan: Drawn,
  phases: readonly PlannedPhase[],
  cells: readonly (readonly Cell[])[],
  column: number,
): string[] {
  let readings = '';
  let letters = '';
  let at = 0;
  for (const [index, phase] of phases.entries()) {
    const reading = formatIncidentTime(plan.clock, phase.incidentFromMin ?? 0);
    if (readings === '' || at > readings.length) readings = `${readings.padEnd(at)}${reading}`;
    letters += letter(index).padEnd(cells[index]?.length ?? 0, ' ');
    at += cells[index]?.length ?? 0;
  }
  const end = formatIncidentTime(plan.clock, phases.at(-1)?.incidentToMin ?? 0);
  if (at - end.length > readings.length) readings = `${readings.padEnd(at - end.length)}${end}`;
  const zone = plan.clock.date === '' ? '' : `${plan.clock.date} ${plan.clock.zone}`;
  return [`${zone.padEnd(column)}${readings}`, `${' '.repeat(column)}${letters}`.trimEnd()];
}

/** One row where all classes fare alike, else one for each way to fare. */
function drawRegion(windows: readonly FaultWindow[], region: string, cells: readonly Cell[], column: number): string[] {
  const rows = new Map<string, OperationClass[]>();
  for (const operationClass of CLASSES) {
    const struck = windows.filter(
      ({ where }) => where.regions.includes(region) && (where.classes?.includes(operationClass) ?? true),
    );
    const row = cells.map((cell) => shade(struck, cell)).join('');
    rows.set(row, [...(rows.get(row) ?? []), operationClass]);
  }
  return [...rows].map(([row, classes]) => `${`${region} ${classes.join('+')}`.padEnd(column)}${row}`);
}

/** A mark in every cell in which something happens beside S3. */
function drawEvents(events: readonly PlannedEvent[], cells: readonly Cell[], column: number): string[] {
  if (events.length === 0) return [];
  const last = cells.length - 1;
  const marks = cells.map(({ fromMs, toMs }, index) =>
    events.some(({ startMs }) => startMs >= fromMs && (startMs < toMs || index === last)) ? '^' : ' ',
  );
  return [`${'events'.padEnd(column)}${marks.join('')}`.trimEnd()];
}

function shade(windows: readonly FaultWindow[], cell: Cell): string {
  const atMs = (cell.fromMs + cell.toMs) / 2;
  const inForce = windows.filter((window) => window.startMs <= atMs && atMs < window.endMs);
  const unharmed = inForce
    .filter((window) => window.fault.kind !== 'latency')
    .reduce((left, window) => left * (1 - shareAt(window, atMs)), 1);
  const failing = 1 - unharmed;
  if (failing > 0.75) return '█';
  if (failing > 0.5) return '▓';
  if (failing > 0.25) return '▒';
  if (failing > 0) return '░';
  return inForce.some((window) => window.fault.kind === 'latency' && shareAt(window, atMs) > 0) ? '~' : '·';
}

/** The share of a window at a moment of the run. */
const shareAt = ({ share, startMs, endMs }: FaultWindow, atMs: number): number =>
  rampAt(share, (atMs - startMs) / (endMs - startMs));
