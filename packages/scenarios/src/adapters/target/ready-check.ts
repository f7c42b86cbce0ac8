import { setTimeout as sleep } from 'node:timers/promises';
import { otherPort } from '../../core/first-steps/last-output.ts';
import type { PlannedTarget } from '../../core/plan.ts';
import { TargetError } from '../../ports/target.ts';

const RETRY_EVERY_MS = 50;
/** Where apps have their health route, most often. */
const USUAL_PATHS = ['/healthz', '/health', '/readyz', '/ready', '/livez', '/status', '/ping', '/'];

/**
 * Asks the ready route until it answers with the expected status.
 * @param output what the target printed last, for the error; null where nobody hears it
 * @throws {TargetError} where it does not within the target's own limit, with what would be asked for instead
 */
export async function waitUntilReady(
  url: string,
  ready: PlannedTarget['ready'],
  signal: AbortSignal,
  output: () => readonly string[] | null,
): Promise<void> {
  const address = new URL(ready.path, url).href;
  const started = performance.now();
  let last = 'no answer';
  let answered = false;
  while (performance.now() - started < ready.withinMs) {
    try {
      const answer = await ask(address, signal);
      if (answer === ready.status) return;
      answered = true;
      last = `status ${answer}, expected ${ready.status}`;
    } catch (error) {
      if (signal.aborted) return;
      last = reason(error);
    }
    await sleep(RETRY_EVERY_MS, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
  }
  const lines = output();
  const hint = answered ? await pathHint(url, ready, signal) : portHint(url, lines);
  throw new TargetError(
    `the target was not ready within ${ready.withinMs / 1000} s: GET ${address}: ${last}`,
    hint,
    lines,
  );
}

async function ask(address: string, signal: AbortSignal): Promise<number> {
  const answer = await fetch(address, { signal: AbortSignal.any([signal, AbortSignal.timeout(2_000)]) });
  await answer.arrayBuffer();
  return answer.status;
}

async function pathHint(url: string, { path, status }: PlannedTarget['ready'], signal: AbortSignal): Promise<string> {
  for (const other of USUAL_PATHS.filter((usual) => usual !== path)) {
    const answer = await ask(new URL(other, url).href, signal).catch(() => null);
    if (answer === status) return `GET ${other} answers ${status}: ready: { path: ${other} } in chaos.yaml`;
  }
  return 'name a route that answers 200 without S3: ready: { path: /health } in chaos.yaml, with status: or within: where needed';
}

function portHint(url: string, lines: readonly string[] | null): string {
  if (lines === null) return 'it was not started by us: start it first, or mend the address';
  const { port } = new URL(url);
  const other = otherPort(lines, Number(port));
  if (other === null) {
    return `it must listen on the port that it is given as PORT; a slow one needs more time: ready: { within: 2m } in chaos.yaml`;
  }
  return (
    `its output names port ${other}, but it is looked for at ${port}: let it listen on the port that it is given as PORT ` +
    'with url: http://127.0.0.1:${PORT} in chaos.yaml, or put its own port there'
  );
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause : error;
  return 'code' in cause ? String(cause.code) : cause.message;
}
