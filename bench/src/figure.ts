/** One measured figure beside its peer's, as it is printed: one JSON object a line. */
export interface Figure {
  readonly bench: string;
  readonly metric: string;
  readonly ours: number;
  readonly peer: number;
  readonly peerName: string;
  /** `ours / peer`. */
  readonly ratio: number;
  /** What the ratio must be, `<= 1` for example. */
  readonly goal: string;
  readonly ok: boolean;
  /** Why a goal that is missed ends the bench well all the same: nothing on this machine could reach it. */
  readonly excuse?: string | undefined;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

const significant = (value: number): number => Number(value.toPrecision(4));

function figure(
  [bench, metric]: readonly [string, string],
  ours: number,
  peer: number,
  peerName: string,
  judge: (ratio: number) => { readonly goal: string; readonly ok: boolean },
): Figure {
  const ratio = ours / peer;
  return {
    bench,
    metric,
    ours: significant(ours),
    peer: significant(peer),
    peerName,
    ratio: significant(ratio),
    ...judge(ratio),
  };
}

/** A figure of which less is better: `ours` may be at most `ratioMax` times `peer`. */
export function atMost(
  bench: string,
  metric: string,
  ours: number,
  peer: number,
  peerName: string,
  ratioMax: number,
): Figure {
  const goal = `<= ${significant(ratioMax)}`;
  return figure([bench, metric], ours, peer, peerName, (ratio) => ({ goal, ok: ratio <= ratioMax }));
}

/** A figure of which more is better: `ours` must be at least `ratioMin` times `peer`. */
export function atLeast(
  bench: string,
  metric: string,
  ours: number,
  peer: number,
  peerName: string,
  ratioMin: number,
): Figure {
  const goal = `>= ${significant(ratioMin)}`;
  return figure([bench, metric], ours, peer, peerName, (ratio) => ({ goal, ok: ratio >= ratioMin }));
}

/** A figure that stands beside its peer's without a goal of its own. */
export function beside(bench: string, metric: string, ours: number, peer: number, peerName: string): Figure {
  return figure([bench, metric], ours, peer, peerName, () => ({ goal: 'none', ok: true }));
}
