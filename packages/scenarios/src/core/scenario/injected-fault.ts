import type { FaultWindow } from '@gameday/injector';
import { EVERYWHERE, expandFault, faultEntrySchema, HOME } from './fault-entry.ts';
import { formatPath, InputError } from '../source/input-error.ts';

/** A fault in the words of a scenario, without a time: it lasts until it is healed. */
export interface InjectedFault {
  /** A word such as `silent` or `SlowDown`, or the fault with its attributes: `{ kind: 'latency', delay: '2s' }`. */
  readonly fault: string | Readonly<Record<string, unknown>>;
  /** AWS regions, `home` or `everywhere`. Default: home. */
  readonly regions?: readonly string[];
  /** Share of the exchanges that it strikes, 0 to 1. Default 1. */
  readonly share?: number;
  /** Only these classes of operations: `read`, `write`, `delete`. */
  readonly classes?: readonly string[];
  /** Only these S3 operations, `GetObject` for example. */
  readonly operations?: readonly string[];
  /** Only these buckets. */
  readonly buckets?: readonly string[];
  /** Only keys that begin with one of these. */
  readonly prefixes?: readonly string[];
  /** Whether exchanges in flight are cut when it begins. Default: spare. */
  readonly inFlight?: 'spare' | 'cut';
}

/** Timers cannot take for ever. */
const A_DAY_MS = 86_400_000;

/**
 * Faults as windows of a timeline that begins now.
 * @param regions that are served, the home region first
 * @throws {InputError} with everything that is wrong with them
 */
export function injectedWindows(
  faults: readonly (string | InjectedFault)[],
  regions: readonly string[],
): readonly FaultWindow[] {
  return faults.map((written, index) => {
    const entry = typeof written === 'string' ? { fault: written } : written;
    const parsed = faultEntrySchema.safeParse({ regions: [HOME], ...entry, fault: expandFault(entry.fault) });
    if (!parsed.success) {
      const file = `fault ${index + 1}`;
      throw new InputError(
        parsed.error.issues.map(({ path, message }) => ({
          file,
          line: null,
          column: null,
          path: formatPath(path.map((part) => (typeof part === 'number' ? part : String(part)))),
          message,
          hint: null,
        })),
      );
    }
    const { share, fault, inFlight, ...where } = parsed.data;
    return {
      id: `${index + 1}-${fault.kind}`,
      startMs: 0,
      endMs: A_DAY_MS,
      where: { ...where, regions: where.regions.flatMap((name) => named(name, regions)) },
      share: typeof share === 'number' ? { from: share, to: share } : share,
      fault,
      inFlight: inFlight ?? 'spare',
    };
  });
}

function named(name: string, regions: readonly string[]): readonly string[] {
  if (name === EVERYWHERE) return regions;
  return name === HOME ? regions.slice(0, 1) : [name];
}
