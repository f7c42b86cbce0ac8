import { area, curveStepAfter, line } from 'd3-shape';

/** A stretch of a stepped curve, in pixels. */
export interface Step {
  readonly x0: number;
  readonly x1: number;
  /** Bottom and top of the area; the line follows the top. */
  readonly y0: number;
  readonly y1: number;
}

type Vertex = Pick<Step, 'y0' | 'y1'> & { readonly x: number };

const toArea = area<Vertex>()
  .x((vertex) => vertex.x)
  .y0((vertex) => vertex.y0)
  .y1((vertex) => vertex.y1)
  .curve(curveStepAfter)
  .digits(1);

const toLine = line<Vertex>()
  .x((vertex) => vertex.x)
  .y((vertex) => vertex.y1)
  .curve(curveStepAfter)
  .digits(1);

/** Path data of the area under the steps. Where one step does not touch the next, there is a gap. */
export function areaPath(steps: readonly Step[]): string {
  return runs(steps)
    .map((run) => toArea(run) ?? '')
    .join('');
}

/** Path data of the line along the top of the steps, with the same gaps. */
export function linePath(steps: readonly Step[]): string {
  return runs(steps)
    .map((run) => toLine(run) ?? '')
    .join('');
}

function runs(steps: readonly Step[]): readonly Vertex[][] {
  const found: Vertex[][] = [];
  let previous: Step | undefined;
  for (const step of steps) {
    const joins = previous !== undefined && Math.abs(previous.x1 - step.x0) < 0.01;
    if (!joins) {
      if (previous !== undefined) found.at(-1)?.push({ x: previous.x1, y0: previous.y0, y1: previous.y1 });
      found.push([]);
    }
    // A step as high as the one before adds nothing to the path but bytes.
    if (!joins || previous?.y0 !== step.y0 || previous.y1 !== step.y1) {
      found.at(-1)?.push({ x: step.x0, y0: step.y0, y1: step.y1 });
    }
    previous = step;
  }
  if (previous !== undefined) found.at(-1)?.push({ x: previous.x1, y0: previous.y0, y1: previous.y1 });
  return found;
}
