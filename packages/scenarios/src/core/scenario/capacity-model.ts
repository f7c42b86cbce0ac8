/** One of the two subsystems that S3 needs. Shares are of its servers; times are minutes. */
export interface Subsystem {
  readonly removed: number;
  readonly minimum: number;
  readonly restart: number;
  readonly ramp: number;
}

/** An operator removes servers of the index and placement subsystems, as on 28 February 2017. Times are minutes. */
export interface CapacityModel {
  readonly index: Subsystem;
  readonly placement: Subsystem;
  readonly removal: number;
  readonly rebalance: number;
  readonly load: number;
  readonly restored: number;
  readonly safeguards: 'on' | 'off';
}

/** A share of what a subsystem serves fails, in a straight line from `from` to `to`. Minutes since the command. */
export interface CapacityFailure {
  readonly subsystem: 'index' | 'placement';
  /**
   * `orphaned`: the servers went faster than others could take over what they held. `overloaded`: those that are left
   * are too few for the traffic. `down`: fewer are left than it needs. `returning`: restarted, not yet whole.
   */
  readonly state: 'orphaned' | 'overloaded' | 'down' | 'returning';
  readonly fromMin: number;
  readonly toMin: number;
  readonly from: number;
  readonly to: number;
}

/** Which removals AWS's tool would refuse since that day: those that leave a subsystem less than it needs. */
export function safeguardRefusals(
  model: CapacityModel,
): { readonly subsystem: 'index' | 'placement'; readonly left: number; readonly needed: number }[] {
  if (model.safeguards === 'off') return [];
  return (['index', 'placement'] as const)
    .filter((subsystem) => collapses(model[subsystem]))
    .map((subsystem) => ({ subsystem, left: 1 - model[subsystem].removed, needed: model[subsystem].minimum }));
}

/**
 * What fails, and when. A subsystem that falls below its minimum is down until it has been restarted in full, from when
 * the removal is over, then ramps up; placement needs the index for its restart. One that stays above it loses for a
 * while what its servers held, where they went faster than others could take over, and is overloaded where too few are
 * left, until they are put back.
 */
export function capacityFailures(model: CapacityModel): CapacityFailure[] {
  // With the safeguards on the tool goes no faster than others can take over.
  const removal = model.safeguards === 'on' ? Math.max(model.removal, model.rebalance) : model.removal;
  const paced = { ...model, removal };
  const indexBackMin = collapses(model.index) ? removal + model.index.restart + model.index.ramp : removal;
  return [...subsystemFailures('index', paced, removal), ...subsystemFailures('placement', paced, indexBackMin)].filter(
    ({ fromMin, toMin, from, to }) => toMin > fromMin && (from > 0 || to > 0),
  );
}

function collapses({ removed, minimum }: Subsystem): boolean {
  return 1 - removed < minimum;
}

function subsystemFailures(
  name: 'index' | 'placement',
  model: CapacityModel,
  restartFromMin: number,
): CapacityFailure[] {
  const subsystem = model[name];
  const { removed, minimum, restart, ramp } = subsystem;
  const { removal, rebalance, load, restored } = model;
  const failure = (
    state: CapacityFailure['state'],
    fromMin: number,
    toMin: number,
    from: number,
    to: number,
  ): CapacityFailure => ({ subsystem: name, state, fromMin, toMin, from, to });
  const orphansAt = (minute: number): number => removed * Math.max(0, minute / removal - minute / rebalance);
  if (collapses(subsystem)) {
    // Capacity falls in a straight line, so this is when it crosses the minimum.
    const downMin = (removal * (1 - minimum)) / removed;
    const backMin = restartFromMin + restart;
    return [
      failure('orphaned', 0, downMin, 0, orphansAt(downMin)),
      failure('down', downMin, backMin, 1, 1),
      failure('returning', backMin, backMin + ramp, 1, 0),
    ];
  }
  const left = 1 - removed;
  const fullMin = left < load ? (removal * (1 - load)) / removed : removal;
  const overload = left < load ? 1 - left / load : 0;
  return [
    failure('orphaned', 0, removal, 0, orphansAt(removal)),
    ...(rebalance > removal ? [failure('orphaned', removal, rebalance, orphansAt(removal), 0)] : []),
    failure('overloaded', fullMin, removal, 0, overload),
    failure('overloaded', removal, removal + restored, overload, overload),
  ];
}
