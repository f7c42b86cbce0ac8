import picocolors from 'picocolors';
import stringWidth from 'string-width';
import type { Series } from './curves.ts';
import type { LivePhase, LivePoint, LiveView, Tally } from './live-view.ts';

/** What a frame may take. */
export interface FrameSize {
  readonly columns: number;
  readonly rows: number;
  readonly color: boolean;
}

const SPARKS = '▁▂▃▄▅▆▇█';
const WIDE = 90;
/** `  failing  ` */
const STATE_COLUMNS = 11;
const COLUMNS_MAX = 140;
const classes = ['read', 'write', 'control'] as const;
type Colors = ReturnType<typeof picocolors.createColors>;

/** The run in a terminal: a few lines, none longer than the terminal is wide, no more than it is high. */
export function terminalFrame(view: LiveView, size: FrameSize): string[] {
  const columns = Math.max(20, Math.min(COLUMNS_MAX, size.columns - 1));
  const paint = picocolors.createColors(size.color);
  const head = [
    phaseBar(view, columns, paint),
    where(view, columns, paint),
    '',
    ...classes.map((one) => curveLine(view, one, columns, paint)),
    curveLine(view, 's3', columns, paint),
    '',
    ...regionLines(view, columns, paint),
    paint.dim(cut(counts(view), columns)),
  ];
  const room = Math.max(0, Math.min(columns >= WIDE ? 4 : 3, size.rows - head.length - 2));
  const errors = room === 0 ? [] : view.errors.slice(-room).toReversed();
  return [
    ...head,
    ...errors.map(({ at, step, text, count }) =>
      paint.dim(cut(`${at}  ${step}: ${text}${count > 1 ? ` (x${count})` : ''}`, columns)),
    ),
  ].slice(0, Math.max(1, size.rows - 1));
}

/** Cut to so many columns, with an ellipsis where something is missing. What a terminal would act on is left out. */
function cut(text: string, columns: number): string {
  if (columns <= 0) return '';
  const plain = text.replaceAll(/\p{Cc}+/gu, ' ');
  if (stringWidth(plain) <= columns) return plain;
  const characters = Array.from(plain);
  while (characters.length > 0 && stringWidth(`${characters.join('')}…`) > columns) characters.pop();
  return `${characters.join('').trimEnd()}…`;
}

const pad = (text: string, columns: number): string => cut(text, columns).padEnd(columns);

/** Every phase as wide as it is long; what is behind us is solid. */
function phaseBar({ phases, loadMs, endMs }: LiveView, columns: number, paint: Colors): string {
  const end = Math.max(1, endMs);
  const now = Math.round((loadMs / end) * columns);
  return phases
    .map((phase) => {
      const from = Math.round((phase.startMs / end) * columns);
      const to = Math.round((phase.endMs / end) * columns);
      const behind = Math.max(0, Math.min(now, to) - from);
      const text = '█'.repeat(behind) + '░'.repeat(Math.max(0, to - from - behind));
      return phase.stage === 'incident' ? paint.red(text) : paint.green(text);
    })
    .join('');
}

function where(view: LiveView, columns: number, paint: Colors): string {
  const phase = view.phases.find(({ state }) => state === 'now');
  const time = `${seconds(view.loadMs)} of ${seconds(view.endMs)}`;
  const place = placeOf(view, phase);
  const left = cut(place, columns - time.length - 2);
  return `${paint.bold(left)}${' '.repeat(columns - stringWidth(left) - time.length)}${paint.dim(time)}`;
}

function placeOf({ stage, clock, end }: LiveView, phase: LivePhase | undefined): string {
  if (end !== null) return `ended: ${end.reason}`;
  if (stage === 'starting') return 'starting the app';
  if (stage === 'judging') return 'is the app healthy?';
  if (stage === 'auditing') return 'reading every acknowledged write back';
  return [clock, phase?.title].filter((part) => typeof part === 'string').join('  ');
}

const seconds = (ms: number): string => {
  const whole = Math.round(ms / 1_000);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
};

const labels = { read: 'reads', write: 'writes', control: 'control', s3: 'S3' } as const;

/** `reads    ▇▇▇▁▁▁▃▅  54 %  540 of 988` */
function curveLine(view: LiveView, series: Series, columns: number, paint: Colors): string {
  const total = view.total[series];
  const sums = columns >= WIDE ? ` ${`${total.good} of ${total.due} good`.padStart(20)}` : '';
  const room = Math.max(4, columns - 8 - 7 - sums.length);
  const now = percent(view.recent[series]);
  return `${labels[series].padEnd(8)}${sparkline(view.points, series, room, paint)} ${colored(now, now.share, paint)}${paint.dim(sums)}`;
}

interface Shown {
  readonly text: string;
  readonly share: number | null;
}

const percent = ({ due, good }: Tally): Shown =>
  due === 0
    ? { text: '   –  ', share: null }
    : { text: `${String(Math.floor((good / due) * 100)).padStart(4)} %`, share: good / due };

function colored({ text }: Shown, share: number | null, paint: Colors): string {
  if (share === null) return paint.dim(text);
  if (share >= 0.99) return paint.green(text);
  return share >= 0.5 ? paint.yellow(text) : paint.red(text);
}

/** The share of good answers, the latest at the right end; older points are joined where there is no room for each. */
function sparkline(points: readonly LivePoint[], series: Series, columns: number, paint: Colors): string {
  const perCell = Math.max(1, Math.ceil(points.length / columns));
  const cells: string[] = [];
  for (let at = 0; at < points.length; at += perCell) {
    const tallies = points.slice(at, at + perCell).map((point) => point[series]);
    const due = tallies.reduce((sum, tally) => sum + tally.due, 0);
    const good = tallies.reduce((sum, tally) => sum + tally.good, 0);
    const share = due === 0 ? null : good / due;
    const mark = share === null ? '·' : (SPARKS[Math.min(SPARKS.length - 1, Math.floor(share * SPARKS.length))] ?? '·');
    cells.push(colored({ text: mark, share }, share, paint));
  }
  return cells.join('') + ' '.repeat(Math.max(0, columns - cells.length));
}

function regionLines({ regions }: LiveView, columns: number, paint: Colors): string[] {
  const longest = Math.max(...regions.map(({ name }) => name.length), 0);
  const width = Math.min(longest, columns - STATE_COLUMNS);
  return regions.slice(0, 6).map(({ name, faults, struck }) => {
    const failing = faults.length > 0;
    const state = failing ? paint.red('failing') : paint.green('well   ');
    const said = failing ? faults.join('; ') : struck === 0 ? '' : `${struck} exchanges were struck`;
    return `${pad(name, width)}  ${state}  ${paint.dim(cut(said, columns - width - STATE_COLUMNS))}`;
  });
}

function counts({ total, struck, writes, waiting }: LiveView): string {
  const audited = writes.audited === 0 ? '' : `, ${writes.audited} read back, ${writes.lost} lost`;
  return `${waiting} waiting · S3 ${total.s3.due} exchanges, ${struck} struck · ${writes.acked} writes acknowledged${audited}`;
}
