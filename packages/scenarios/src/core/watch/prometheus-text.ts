/** One series of a scrape. */
export interface Sample {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  /** May be NaN or infinite. */
  readonly value: number;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*/;
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };
/** A scrape of more series is cut off: an app must not be able to fill the runner's memory. */
const SAMPLES_MAX = 50_000;

/**
 * Reads Prometheus's text exposition format 0.0.4, and of OpenMetrics what it shares with it:
 * https://prometheus.io/docs/instrumenting/exposition_formats/. Lines that are no samples are stepped over, for one
 * strange metric must not hide the others; at most 50,000 samples are read.
 */
export function parsePrometheusText(text: string): Sample[] {
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    if (samples.length >= SAMPLES_MAX) break;
    const sample = line.startsWith('#') ? null : parseLine(line.trim());
    if (sample !== null) samples.push(sample);
  }
  return samples;
}

function parseLine(line: string): Sample | null {
  const [metric] = NAME.exec(line) ?? [];
  if (metric === undefined) return null;
  const labelled = parseLabels(line.slice(metric.length).trimStart());
  if (labelled === null) return null;
  // What follows the value is a time, or an exemplar.
  const value = parseValue(labelled.rest.trim().split(/\s+/)[0] ?? '');
  return value === null ? null : { metric, labels: labelled.labels, value };
}

function parseLabels(text: string): { readonly labels: Record<string, string>; readonly rest: string } | null {
  if (!text.startsWith('{')) return { labels: {}, rest: text };
  const labels: Record<string, string> = {};
  let rest = text.slice(1);
  for (;;) {
    const match = LABEL.exec(rest);
    if (match === null) break;
    const [whole, name = '', value = ''] = match;
    labels[name] = value.replaceAll(/\\(.)/g, (_, letter: string) => ESCAPED[letter] ?? `\\${letter}`);
    rest = rest.slice(whole.length);
    if (!rest.startsWith(',')) break;
    rest = rest.slice(1);
  }
  rest = rest.trimStart();
  return rest.startsWith('}') ? { labels, rest: rest.slice(1) } : null;
}

const INFINITE: Readonly<Record<string, number>> = { '+Inf': Infinity, Inf: Infinity, '-Inf': -Infinity, NaN };

function parseValue(text: string): number | null {
  const named = Object.hasOwn(INFINITE, text) ? INFINITE[text] : undefined;
  if (named !== undefined) return named;
  const value = text === '' ? Number.NaN : Number(text);
  return Number.isNaN(value) ? null : value;
}

/** Whether a sample has all of these labels. */
export function hasLabels({ labels }: Sample, where: Readonly<Record<string, string>>): boolean {
  return Object.entries(where).every(([name, value]) => labels[name] === value);
}

/** The sum of a metric's series that have these labels; null where there is none. */
export function sumOf(
  samples: readonly Sample[],
  metric: string,
  where: Readonly<Record<string, string>>,
): number | null {
  const found = samples.filter((sample) => sample.metric === metric && hasLabels(sample, where));
  return found.length === 0 ? null : found.reduce((sum, { value }) => sum + value, 0);
}
