import { scaleLinear } from 'd3-scale';
import type { Grade } from '../../report/report.ts';
import { type Markup, markup } from '../escape.ts';
import { formatPoints } from '../format.ts';

const WIDTH = 560;
const x = scaleLinear()
  .domain([0, 100])
  .range([12, WIDTH - 12]);

/** Where the score lies on the scale of letters, and how far it moves when the weights do. */
export function scoreScale({ score, scale, sensitivity }: Grade): Markup | null {
  if (score === null) return null;
  const rising = scale.toSorted((a, b) => a.from - b.from);
  const letters = rising.map(({ letter, from }, index) => {
    const to = rising[index + 1]?.from ?? 100;
    return markup`<path class="grid" d="M${x(from)},26V50"/><text class="mid faint" x="${x((from + to) / 2).toFixed(1)}" y="66">${letter}</text>`;
  });
  const range =
    sensitivity === null
      ? null
      : markup`<rect class="range" x="${x(sensitivity.scoreLow).toFixed(1)}" y="31" width="${Math.max(2, x(sensitivity.scoreHigh) - x(sensitivity.scoreLow)).toFixed(1)}" height="14"/>`;
  const at = x(score).toFixed(1);
  const title = `Score ${formatPoints(score)} of 100${
    sensitivity === null
      ? ''
      : `; between ${formatPoints(sensitivity.scoreLow)} and ${formatPoints(sensitivity.scoreHigh)} under other weights`
  }`;
  return markup`<svg class="scale" viewBox="0 0 ${WIDTH} 72" role="img" aria-labelledby="scale-title scale-desc">
<title id="scale-title">${title}</title>
<desc id="scale-desc">Letters: ${scale.map(({ letter, from }) => `${letter} from ${formatPoints(from)}`).join(', ')}.</desc>
<path class="frame" d="M${x(0)},50H${x(100)}"/>${letters}<path class="grid" d="M${x(100)},26V50"/>${range}
<path class="mark" d="M${at},28l-6,-9h12z"/><rect class="mark" x="${(x(score) - 0.75).toFixed(2)}" y="24" width="1.5" height="26"/><text class="mid" x="${at}" y="13">${formatPoints(score)}</text>
</svg>
`;
}
