import type { BlastRadius } from './blast-radius.ts';
import { closest } from './closest.ts';
import type { Distribution, Fault } from './fault.ts';
import { traitsOf } from './fault-traits.ts';
import { errorCodes, s3Error } from './s3-error.ts';
import { operationNames } from './s3-operation.ts';
import type { FaultWindow, Timeline } from './timeline.ts';

const inUnit = (share: number): boolean => share >= 0 && share <= 1;

function hint(text: string, names: readonly string[]): string {
  const meant = closest(text, names);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}

function distributionProblems(what: string, distribution: Distribution | undefined): readonly string[] {
  switch (distribution?.shape) {
    case undefined:
      return [];
    case 'constant':
      return distribution.ms >= 0 ? [] : [`${what}: ${distribution.ms} ms is no time`];
    case 'uniform': {
      const { fromMs, toMs } = distribution;
      return fromMs >= 0 && fromMs <= toMs ? [] : [`${what}: from ${fromMs} ms to ${toMs} ms is no range`];
    }
    case 'lognormal': {
      const { p50Ms, p99Ms } = distribution;
      return p50Ms > 0 && p50Ms <= p99Ms ? [] : [`${what}: the median ${p50Ms} ms is above the p99 ${p99Ms} ms`];
    }
  }
}

/** What a blast radius narrows beyond its regions. */
const narrowedBy = (where: BlastRadius): string[] =>
  Object.entries(where).flatMap(([name, value]) => (name === 'regions' || value === undefined ? [] : [name]));

function listenerProblems({ where, share, fault }: FaultWindow): readonly string[] {
  const whole = narrowedBy(where).length === 0 && share.from === 1 && share.to === 1;
  const instead = fault.kind === 'refuse' ? 'reset' : 'silent';
  return whole
    ? []
    : [
        `${fault.kind} closes a whole region: a listener cannot refuse some requests and take others; use \`${instead}\` for a share`,
      ];
}

const knownOfConnections: ReadonlySet<string> = new Set(['buckets', 'clients', 'limit']);

function levelProblems(window: FaultWindow): readonly string[] {
  const { where, fault } = window;
  const { level, only } = traitsOf(fault.kind);
  if (level === 'listener') return listenerProblems(window);
  if (level === 'connection') {
    const unknown = narrowedBy(where).filter((name) => !knownOfConnections.has(name));
    const { accessKeyIds, headers, userAgents } = where.clients ?? {};
    if ((accessKeyIds ?? headers ?? userAgents) !== undefined) unknown.push('clients other than by address');
    return unknown.length === 0
      ? []
      : [
          `${fault.kind} strikes connections, before there is a request: it cannot be narrowed by ${unknown.join(', ')}`,
        ];
  }
  const foreign = only === undefined ? [] : (where.operations?.filter((name) => !only.includes(name)) ?? []);
  return foreign.length === 0 || only === undefined
    ? []
    : [`${fault.kind} is about ${only.join(', ')}, not about ${foreign.join(', ')}`];
}

function codeProblems(code: string): readonly string[] {
  return s3Error(code) === undefined ? [`S3 has no error code ${code}${hint(code, errorCodes)}`] : [];
}

function limitProblems({ where }: FaultWindow): readonly string[] {
  const { limit } = where;
  const empty = limit !== undefined && (limit.first ?? limit.every ?? limit.perMinute) === undefined;
  return empty ? ['its limit says neither first nor every nor perMinute'] : [];
}

function faultProblems(fault: Fault): readonly string[] {
  if (fault.kind === 'latency') return distributionProblems('delay', fault.delay);
  if (fault.kind === 'http-error') return [...codeProblems(fault.code), ...distributionProblems('after', fault.after)];
  if (fault.kind === 'error-in-success') return codeProblems(fault.code);
  if (fault.kind === 'continue-stall') return distributionProblems('hold', fault.hold);
  if (fault.kind !== 'blackout') return [];
  const weights = [fault.silent, fault.reset, fault.unavailable];
  const usable = weights.every((weight) => weight >= 0) && weights.some((weight) => weight > 0);
  return [
    ...(usable ? [] : ['blackout: at least one of silent, reset and unavailable must be above 0']),
    ...distributionProblems('after', fault.after),
  ];
}

function windowProblems(window: FaultWindow): readonly string[] {
  const { startMs, endMs, share, where } = window;
  const problems = [...levelProblems(window), ...limitProblems(window), ...faultProblems(window.fault)];
  if (!(startMs >= 0 && startMs < endMs)) problems.push(`it ends (${endMs} ms) before it has begun (${startMs} ms)`);
  if (!inUnit(share.from) || !inUnit(share.to))
    problems.push(`a share lies from 0 to 1, not ${share.from} to ${share.to}`);
  if (where.regions.length === 0) problems.push('it names no region');
  for (const operation of where.operations ?? []) {
    if (operation === 'Unknown' || operationNames.includes(operation)) continue;
    problems.push(`S3 has no operation ${operation}${hint(operation, operationNames)}`);
  }
  return problems;
}

/**
 * What is wrong with a timeline, one clear line each, beginning with the window's id; empty where it is sound.
 * `injector.start` refuses a timeline with problems.
 */
export function checkTimeline(timeline: Timeline): readonly string[] {
  const seen = new Set<string>();
  return timeline.windows.flatMap((window) => {
    const twice = seen.has(window.id) ? ['its id is taken by an earlier window'] : [];
    seen.add(window.id);
    return [...twice, ...windowProblems(window)].map((problem) => `window ${window.id}: ${problem}`);
  });
}
