import type { BlastRadius } from './blast-radius.ts';
import type { Distribution, Fault } from './fault.ts';
import { s3Error } from './s3-error.ts';
import type { FaultWindow, Ramp } from './timeline.ts';

const round = (value: number, digits: number): string => String(Number(value.toFixed(digits)));

function duration(ms: number): string {
  if (ms < 1_000) return `${round(ms, 0)} ms`;
  if (ms < 60_000) return `${round(ms / 1_000, 1)} s`;
  const seconds = Math.round(ms / 1_000);
  const parts = [
    [Math.floor(seconds / 3_600), 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

const percent = (share: number): string => `${round(share * 100, share > 0 && share < 0.01 ? 2 : 1)} %`;

function list(names: readonly string[], last: 'and' | 'or' = 'and'): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} ${last} ${names.at(-1)}`;
}

function time(distribution: Distribution): string {
  switch (distribution.shape) {
    case 'constant':
      return duration(distribution.ms);
    case 'uniform':
      return `${duration(distribution.fromMs)} to ${duration(distribution.toMs)}`;
    case 'lognormal':
      return `${duration(distribution.p50Ms)} (median; p99 ${duration(distribution.p99Ms)})`;
  }
}

function shareOf({ from, to }: Ramp): string {
  if (from !== to) return `${percent(from)}, ${to > from ? 'rising' : 'falling'} steadily to ${percent(to)}, of`;
  return from === 1 ? 'all' : `${percent(from)} of`;
}

function victims(where: BlastRadius): string {
  const what =
    where.operations === undefined
      ? list((where.classes ?? ['request']).map((name) => `${name}s`))
      : `${list(where.operations)} requests`;
  const narrowed =
    where.operations !== undefined && where.classes !== undefined
      ? ` that are ${list(
          where.classes.map((name) => `${name}s`),
          'or',
        )}`
      : '';
  const bucket = where.buckets === undefined ? '' : `, bucket ${list(where.buckets, 'or')}`;
  const prefix =
    where.prefixes === undefined
      ? ''
      : `, keys beginning with ${list(
          where.prefixes.map((name) => `"${name}"`),
          'or',
        )}`;
  return `${what}${narrowed} to ${list(where.regions)}${bucket}${prefix}`;
}

function answerName(code: string): string {
  const error = s3Error(code);
  return error === undefined ? code : `${error.status} ${error.reason} (${code})`;
}

function happening(fault: Fault): string {
  switch (fault.kind) {
    case 'refuse':
      return 'find nobody listening: the connection is refused';
    case 'silent':
      return 'are read and never answered; what still waits at the end is reset';
    case 'reset':
      return fault.stage === 'head'
        ? 'are reset before a byte of the answer'
        : `are reset after ${fault.afterBytes} bytes of the answer's body`;
    case 'http-error': {
      const late = fault.after === undefined ? '' : `, ${time(fault.after)} late`;
      return `${fault.applied ? 'take effect, but ' : ''}are answered ${answerName(fault.code)}${late}`;
    }
    case 'latency':
      return `are answered ${time(fault.delay)} late`;
    case 'blackout': {
      const whole = fault.silent + fault.reset + fault.unavailable;
      const parts = [
        [fault.silent, 'never answered'],
        [fault.reset, 'reset'],
        [fault.unavailable, `answered ${answerName('ServiceUnavailable')}, ${time(fault.after)} late`],
      ] as const;
      const shown = parts
        .filter(([weight]) => weight > 0)
        .map(([weight, fate]) => `${percent(weight / whole)} are ${fate}`);
      return `meet a dead region: ${list(shown)}`;
    }
  }
}

/** A fault window as one English sentence, without its times: those are its phase's, on the clock of whoever tells it. */
export function explainWindow({ share, where, fault, inFlight }: FaultWindow): string {
  const cut = inFlight === 'cut' ? '; what is in flight when it begins is cut' : '';
  const sentence = `${shareOf(share)} ${victims(where)} ${happening(fault)}${cut}.`;
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;
}
