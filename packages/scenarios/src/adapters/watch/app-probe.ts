import type { Look } from '../../core/watch/alarm-rules.ts';
import type { HttpProbe, MetricsProbe } from '../../core/planned-watch.ts';
import { parsePrometheusText, sumOf } from '../../core/watch/prometheus-text.ts';
import { createHttpClient, type HttpAnswer } from '../workload/http-exchange.ts';

/** One look at one replica, begun and ended by the given clock. */
export interface ProbeLook extends Look {
  readonly started: number;
  readonly ended: number;
  readonly message: string;
  readonly value: number | null;
}

/** Metrics of a large app; more is cut off. */
const KEEP_CHARS = 4_000_000;

/**
 * Looks at each replica on the probe's beat, from now until the signal. A look that takes longer than the beat leaves
 * the next ones out.
 * @param urls base URLs of the replicas, the first being replica 1
 */
export function startProbe(
  probe: HttpProbe | MetricsProbe,
  urls: readonly string[],
  elapsed: () => number,
  onLook: (look: ProbeLook) => void,
  signal: AbortSignal,
): void {
  const client = createHttpClient(urls.length);
  const looking = new Set<number>();
  const lookAt = async (url: string, replica: number): Promise<void> => {
    if (looking.has(replica)) return;
    looking.add(replica);
    const started = elapsed();
    const answer = await client.call({
      method: 'GET',
      url: new URL(probe.path, url).href,
      headers: {},
      body: null,
      patienceMs: probe.withinMs,
      keepChars: KEEP_CHARS,
    });
    looking.delete(replica);
    if (!signal.aborted) onLook({ probe: probe.id, replica, started, ended: elapsed(), ...judge(probe, answer) });
  };
  const beat = (): void => {
    for (const [index, url] of urls.entries()) void lookAt(url, index + 1);
  };
  const timer = setInterval(beat, probe.everyMs);
  signal.addEventListener('abort', () => {
    clearInterval(timer);
    client.close();
  });
  beat();
}

type Judged = Pick<ProbeLook, 'ok' | 'samples' | 'message' | 'value'>;

function judge(probe: HttpProbe | MetricsProbe, answer: HttpAnswer): Judged {
  const nothing = { samples: [], value: null };
  if (answer.kind === 'hang') return { ...nothing, ok: false, message: `no answer within ${probe.withinMs} ms` };
  if (answer.kind === 'failed') return { ...nothing, ok: false, message: answer.reason };
  const message = `status ${answer.status}`;
  if (probe.kind === 'http') {
    const right = probe.statuses.includes(answer.status);
    const said = probe.contains === null || answer.text.includes(probe.contains);
    return { ...nothing, ok: right && said, message: right && !said ? `without "${probe.contains}"` : message };
  }
  if (answer.status !== 200) return { ...nothing, ok: false, message };
  const samples = parsePrometheusText(answer.text);
  const value = probe.metric === null ? null : sumOf(samples, probe.metric, probe.where);
  const ok = samples.length > 0;
  return { samples, ok, value: Number.isFinite(value) ? value : null, message: ok ? message : 'no metrics in it' };
}
