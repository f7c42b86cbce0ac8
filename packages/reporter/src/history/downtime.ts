import type { Life } from './lives.ts';

/** A stretch in which no process of the app was up. Times are milliseconds since the run began. */
export interface Downtime {
  readonly from: number;
  readonly to: number;
  /** Gameday ended it, as the scenario asks. */
  readonly planned: boolean;
}

/** Between the end of each life of a replica and the next one that was ready; to the end of the run where none was. */
function gapsOf(lives: readonly Life[], lastAt: number): readonly Downtime[] {
  const gaps: Downtime[] = [];
  for (const { exit, readyAt } of lives) {
    const open = gaps.at(-1);
    if (open !== undefined && open.to === lastAt && readyAt !== null) gaps[gaps.length - 1] = { ...open, to: readyAt };
    const stillDown = gaps.at(-1)?.to === lastAt;
    if (exit !== null && !stillDown) gaps.push({ from: exit.at, to: lastAt, planned: exit.expected });
  }
  return gaps;
}

const overlap = (a: readonly Downtime[], b: readonly Downtime[]): readonly Downtime[] =>
  a.flatMap((one) =>
    b.flatMap((other): readonly Downtime[] => {
      const [from, to] = [Math.max(one.from, other.from), Math.min(one.to, other.to)];
      return from < to ? [{ from, to, planned: one.planned && other.planned }] : [];
    }),
  );

/** When the whole app was down: where it has replicas, all of them at once. In the order of time. */
export function downtimesOf(lives: readonly Life[], lastAt: number): readonly Downtime[] {
  const replicas = [...new Set(lives.map(({ replica }) => replica))];
  const [first, ...others] = replicas.map((replica) =>
    gapsOf(
      lives.filter((life) => life.replica === replica),
      lastAt,
    ),
  );
  return others.reduce(overlap, first ?? []);
}
