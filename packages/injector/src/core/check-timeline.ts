import { closest } from './closest.ts';
import type { Distribution, Fault } from './fault.ts';
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

function refuseProblems({ where, share }: FaultWindow): readonly string[] {
  const whole =
    where.classes === undefined &&
    where.operations === undefined &&
    where.buckets === undefined &&
    where.prefixes === undefined &&
    share.from === 1 &&
    share.to === 1;
  return whole
    ? []
    : ['refuse closes a whole region: a listener cannot refuse some requests and take others; use `reset` for a share'];
}

function faultProblems(window: FaultWindow, fault: Fault): readonly string[] {
  switch (fault.kind) {
    case 'refuse':
      return refuseProblems(window);
    case 'silent':
    case 'reset':
      return [];
    case 'latency':
      return distributionProblems('delay', fault.delay);
    case 'http-error': {
      const known = s3Error(fault.code) !== undefined;
      return [
        ...(known ? [] : [`S3 has no error code ${fault.code}${hint(fault.code, errorCodes)}`]),
        ...distributionProblems('after', fault.after),
      ];
    }
    case 'blackout': {
      const weights = [fault.silent, fault.reset, fault.unavailable];
      const usable = weights.every((weight) => weight >= 0) && weights.some((weight) => weight > 0);
      return [
        ...(usable ? [] : ['blackout: at least one of silent, reset and unavailable must be above 0']),
        ...distributionProblems('after', fault.after),
      ];
    }
  }
}

function windowProblems(window: FaultWindow): readonly string[] {
  const { startMs, endMs, share, where } = window;
  const problems = [...faultProblems(window, window.fault)];
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
