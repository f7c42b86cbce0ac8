import { reaches } from '../grade.ts';
import { tenth } from '../wording/figures.ts';
import type { Cause, Dimension } from './basics.ts';
import type { Cap } from './report.ts';

const TOP_CAUSES = 3;
/** Of causes that one remedy would mend, so many are told. */
const TOLD_TOGETHER = 2;

type Order = (a: Cause, b: Cause) => number;

/** Causes that hold the letter down come first, the harshest cap before the milder ones; then the costliest. */
function orderBy(caps: readonly Cap[]): Order {
  const letterOf = (cause: Cause) => caps.find(({ id }) => id === cause.cap)?.letter ?? 'A';
  return (a, b) => {
    const [x, y] = [letterOf(a), letterOf(b)];
    if (x !== y) return reaches(x, y) ? 1 : -1;
    return b.pointsLost - a.pointsLost || (a.id < b.id ? -1 : 1);
  };
}

/** Sentences one after the other, without saying the same thing twice. */
function toldOnce(texts: readonly string[]): string {
  const sentences = texts.flatMap((text) => text.split(/(?<=[.!?]) (?=\p{Lu})/u));
  return [...new Set(sentences)].join(' ');
}

/** Causes with one remedy as one cause: it is named and dated after the weightiest, and costs what all of them cost. */
function together(causes: readonly Cause[], order: Order): Cause {
  const [first, ...others] = causes.toSorted(order);
  if (first === undefined) throw new RangeError('there is no cause to tell');
  const told = [first, ...others.slice(0, TOLD_TOGETHER - 1)];
  return {
    ...first,
    sentence: toldOnce(told.map(({ sentence }) => sentence)),
    evidence: [...new Map(told.flatMap(({ evidence }) => evidence.map((figure) => [figure.name, figure]))).values()],
    windows: [...new Set(causes.flatMap(({ windows }) => windows))],
    pointsLost: tenth(causes.reduce((sum, { pointsLost }) => sum + pointsLost, 0)),
  };
}

/** The costliest causes, each remedy once. */
export function topCausesOf(dimensions: readonly Dimension[], caps: readonly Cap[]): readonly Cause[] {
  const order = orderBy(caps);
  const byRemedy = new Map<string, readonly Cause[]>();
  for (const cause of dimensions.flatMap(({ causes }) => causes)) {
    if (cause.pointsLost <= 0 && cause.cap === null) continue;
    byRemedy.set(cause.remedy.pattern, [...(byRemedy.get(cause.remedy.pattern) ?? []), cause]);
  }
  return [...byRemedy.values()]
    .map((causes) => together(causes, order))
    .toSorted(order)
    .slice(0, TOP_CAUSES);
}
