import type { FaultWindow } from '@gameday/injector';
import { formatDuration } from '../../core/words/duration.ts';
import type { FisItem, FisLine } from './fis-item.ts';
import type { ItemInput } from './network-items.ts';
import { delayOf, isBroad, isFailing } from './s3-severity.ts';

/** Faults that a network ACL brings about as they are. */
const UNREACHABLE: ReadonlySet<string> = new Set(['silent', 'black-hole']);

/** What became of each fault of the plan. */
export function windowLines(input: ItemInput, items: readonly FisItem[]): FisLine[] {
  return input.windows.map((window) => {
    const [verdict, text] = judge(window, input, items);
    return { about: window.id, verdict, text };
  });
}

function judge(window: FaultWindow, input: ItemInput, items: readonly FisItem[]): [FisLine['verdict'], string] {
  const cut = coveredShare(window, items, (item) => item.s3 !== null && item.s3.delayMs === null);
  const slow = coveredShare(window, items, (item) => item.s3 !== null && item.s3.delayMs !== null);
  const action = window.where.regions.includes(input.appRegion)
    ? 'aws:network:disrupt-connectivity, scope s3'
    : 'aws:network:route-table-disrupt-cross-region-connectivity';
  const { kind } = window.fault;
  if (cut > 0) {
    const when = cut > 0.99 ? 'all the time' : `in ${Math.round(cut * 100)} % of its time`;
    const whole = UNREACHABLE.has(kind) && isBroad(window) && window.share.from === 1 && window.share.to === 1;
    if (whole && cut > 0.99) return ['kept', `The app’s subnets lose S3 (${action}).`];
    return [
      'substituted',
      `${cannot(window)} S3 is cut off altogether ${when} (${action}), as most of reads and writes fail then.`,
    ];
  }
  if (slow > 0) {
    return [
      'substituted',
      `FIS cannot delay S3’s answers: it delays each packet between the app and S3 by ${Math.round(delayOf(window))} ms, connecting and TLS included.`,
    ];
  }
  return ['left-out', `${cannot(window)} ${whyNothing(window, input)}`];
}

/** What FIS lacks to do it as it is written. */
function cannot({ fault, where, share }: FaultWindow): string {
  if (fault.kind === 'http-error') return `FIS cannot make S3 answer ${fault.code}.`;
  if (where.classes !== undefined) return `FIS cannot tell ${where.classes.join(' and ')}s from other requests.`;
  if (fault.kind === 'latency') return 'FIS cannot delay S3’s answers.';
  if (share.from < 1 || share.to < 1) return `FIS cannot strike a share of the requests (${fault.kind}).`;
  return `FIS cannot do ${fault.kind} to S3.`;
}

function whyNothing(window: FaultWindow, { aws, gridMs, appRegion, cutFrom }: ItemInput): string {
  const lengthMs = window.endMs - window.startMs;
  if (!isBroad(window)) return 'It is about a part of S3, and FIS only knows the whole.';
  if (window.fault.kind === 'latency') {
    if (aws.platform === undefined) return 'chaos.yaml names no aws.platform whose packets could be delayed.';
    return window.where.regions.includes(appRegion)
      ? 'It strikes too few requests, or S3 is cut off then.'
      : `Packets can be delayed to S3 in ${appRegion} alone.`;
  }
  if (!isFailing(window)) return 'Nothing takes its place.';
  if (aws.subnets === undefined) return 'chaos.yaml names no aws.subnets that could lose S3.';
  if (lengthMs < gridMs) return `It lasts ${formatDuration(lengthMs)}, less than ${formatDuration(gridMs)}.`;
  if (window.where.classes !== undefined) {
    const some = window.where.classes.join(' and ');
    return `Nor can it fail ${some}s and serve the rest, as when reads are back before writes: nothing takes its place.`;
  }
  return `Fewer than ${Math.round(cutFrom * 100)} % of reads or writes fail: to cut S3 off would be far worse, so nothing takes its place.`;
}

/** The part of a window's time, over all of its regions, in which such items are in force. */
function coveredShare(
  { startMs, endMs, where }: FaultWindow,
  items: readonly FisItem[],
  wanted: (item: FisItem) => boolean,
): number {
  const covered = items
    .filter((item) => wanted(item) && where.regions.includes(item.s3?.region ?? ''))
    .reduce((sum, item) => sum + Math.max(0, Math.min(endMs, item.toMs) - Math.max(startMs, item.fromMs)), 0);
  return Math.min(1, covered / Math.max(1, (endMs - startMs) * where.regions.length));
}
