import type { BlastRadius } from './blast-radius.ts';
import type { Distribution, Fault } from './fault.ts';
import { traitsOf } from './fault-traits.ts';
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

function shareOf({ from, to, curve }: Ramp): string {
  const how = curve === 'exponential' ? 'faster and faster' : 'steadily';
  if (from !== to) return `${percent(from)}, ${to > from ? 'rising' : 'falling'} ${how} to ${percent(to)}, of`;
  return from === 1 ? 'all' : `${percent(from)} of`;
}

const quoted = (names: readonly string[]): string =>
  list(
    names.map((name) => `"${name}"`),
    'or',
  );

function clientsOf({ clients, connections }: BlastRadius): string {
  const { addresses, accessKeyIds, userAgents, headers } = clients ?? {};
  return [
    ...(addresses === undefined ? [] : [`, from ${list(addresses, 'or')}`]),
    ...(accessKeyIds === undefined ? [] : [`, signed by ${list(accessKeyIds, 'or')}`]),
    ...(userAgents === undefined ? [] : [`, of clients like ${quoted(userAgents)}`]),
    ...Object.entries(headers ?? {}).map(([name, value]) => `, with ${name}: ${value}`),
    ...(connections === undefined ? [] : [`, over ${connections} connections`]),
  ].join('');
}

function victims({ where, fault }: FaultWindow): string {
  const { only, usually } = traitsOf(fault.kind);
  const operations = where.operations ?? only ?? (where.classes === undefined ? usually : undefined);
  const what =
    operations === undefined
      ? list((where.classes ?? ['request']).map((name) => `${name}s`))
      : `${list(operations)} requests`;
  const narrowed =
    operations !== undefined && where.classes !== undefined
      ? ` that are ${list(
          where.classes.map((name) => `${name}s`),
          'or',
        )}`
      : '';
  const bucket = where.buckets === undefined ? '' : `, bucket ${list(where.buckets, 'or')}`;
  const prefix = where.prefixes === undefined ? '' : `, keys beginning with ${quoted(where.prefixes)}`;
  const keys = where.keys === undefined ? '' : `, keys like ${quoted(where.keys)}`;
  return `${what}${narrowed} to ${list(where.regions)}${bucket}${prefix}${keys}${clientsOf(where)}`;
}

function answerName(code: string): string {
  const error = s3Error(code);
  return error === undefined ? code : `${error.status} ${error.reason} (${code})`;
}

function closedOver(window: 'refuse' | 'black-hole'): string {
  return window === 'refuse'
    ? 'find nobody listening: the connection is refused'
    : 'vanish: no connection is established, no answer comes';
}

function happening(fault: Fault): string {
  switch (fault.kind) {
    case 'refuse':
    case 'black-hole':
      return closedOver(fault.kind);
    case 'silent':
      return 'are read and never answered; what still waits at the end is reset';
    case 'half-head':
      return "get half of an answer's head and nothing more; what still waits at the end is reset";
    case 'reset':
      return resetting(fault);
    case 'close-after':
      return 'have their connection closed after the answer';
    case 'dns-gone':
      return 'no longer find the name, unless their tunnel through the proxy was open before';
    case 'tls-failure':
      return fault.how === 'handshake'
        ? 'through new tunnels fail in the TLS handshake'
        : 'through new tunnels are shown a certificate for another name';
    case 'http-error': {
      const late = fault.after === undefined ? '' : `, ${time(fault.after)} late`;
      const again = fault.retryAfterS === undefined ? '' : `, with Retry-After: ${fault.retryAfterS}`;
      return `${fault.applied ? 'take effect, but ' : ''}are answered ${answerName(fault.code)}${late}${again}`;
    }
    case 'throttle':
      return `beyond ${fault.readsPerSecond} reads or ${fault.writesPerSecond} writes a second per ${fault.per} are answered ${answerName('SlowDown')}`;
    case 'redirect':
      return `are redirected to ${fault.toRegion}: ${answerName(fault.code)}`;
    case 'error-in-success':
      return deceiving(fault);
    case 'latency':
      return `are answered ${time(fault.delay)} late`;
    case 'continue-stall': {
      const long = fault.hold === undefined ? 'until the window ends' : `for ${time(fault.hold)}`;
      return `that ask for 100 Continue wait for it ${long}`;
    }
    case 'bandwidth':
      return `get their answer's body at ${fault.bytesPerSecond} bytes a second`;
    case 'upload-bandwidth':
      return `have their body taken at ${fault.bytesPerSecond} bytes a second`;
    case 'drip':
      return `get their answer's body ${plural(fault.bytes, 'byte')} at a time, every ${duration(fault.everyMs)}`;
    case 'stall':
      return `get ${plural(fault.afterBytes, 'byte')} of the answer's body and nothing more; what still waits at the end is reset`;
    case 'truncate':
      return `get ${plural(fault.afterBytes, 'byte')} of the answer's body, then an orderly end${fault.length === 'wrong' ? ' that Content-Length agrees with' : ''}`;
    case 'corrupt':
      return `get one wrong bit at byte ${fault.atByte} of the answer's body${fault.checksums === 'drop' ? ', without checksums that would tell' : ''}`;
    case 'stale-read':
      return `do not see what was written to their key within the last ${duration(fault.withinMs)}`;
    case 'list-lag':
      return `do not show the keys written within the last ${duration(fault.withinMs)}`;
    case 'lost-delete':
      return 'are answered with success and have no effect';
    case 'blackout':
      return blackingOut(fault);
  }
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function resetting({ stage, afterBytes }: Extract<Fault, { readonly kind: 'reset' }>): string {
  switch (stage) {
    case 'head':
      return 'are reset before a byte of the answer';
    case 'in-head':
      return "are reset in the middle of the answer's head";
    case 'body':
      return `are reset after ${afterBytes} bytes of the answer's body`;
  }
}

function deceiving({ code, body, applied }: Extract<Fault, { readonly kind: 'error-in-success' }>): string {
  const effect = applied ? 'take effect, but ' : '';
  switch (body) {
    case 'error':
      return `${effect}are answered 200 OK with the error ${code} in the body`;
    case 'trailing-newline':
      return `${effect}are answered 200 OK with the error ${code} in the body, and a newline after it`;
    case 'empty':
      return `${effect}are answered 200 OK with an empty body`;
    case 'html':
      return `${effect}are answered 200 OK with an HTML page`;
  }
}

function blackingOut(fault: Extract<Fault, { readonly kind: 'blackout' }>): string {
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

function limited({ limit }: BlastRadius): string {
  if (limit === undefined) return '';
  const parts = [
    ...(limit.first === undefined ? [] : [`the first ${limit.first}`]),
    ...(limit.every === undefined ? [] : [`every ${ordinal(limit.every)}`]),
    ...(limit.perMinute === undefined ? [] : [`at most ${limit.perMinute} a minute`]),
  ];
  return `; only ${list(parts)}${limit.per === 'window' ? '' : ` of each ${limit.per}`}`;
}

function ordinal(count: number): string {
  const last = count % 100;
  const suffix = last > 10 && last < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th');
  return `${count}${suffix}`;
}

/** A fault window as one English sentence, without its times: those are its phase's, on the clock of whoever tells it. */
export function explainWindow(window: FaultWindow): string {
  const { share, where, fault, inFlight } = window;
  const cut = inFlight === 'cut' ? '; what is in flight when it begins is cut' : '';
  const sentence = `${shareOf(share)} ${victims(window)} ${happening(fault)}${limited(where)}${cut}.`;
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;
}
