import type { ControlStatus } from '@gameday/injector';
import type { Plan } from '../plan.ts';
import type { Finding } from './diagnosis.ts';

/** An injector in another process, as it was met before anything breaks. */
export interface MetInjector {
  readonly url: string;
  readonly status: ControlStatus;
  /** How far off a comparison of its clock with ours may be, in milliseconds; null where they were not compared. */
  readonly clockErrorMs: number | null;
  /** What it could not do in the meantime; null where nothing was. */
  readonly failed: string | null;
}

/** Beyond that, nobody can tell what came first, and the reporter gives no grade. */
const CLOCK_ERROR_MS_MAX = 200;

/** Whether the injector in another process is what the run needs. @param upstreams the S3 that the user says is behind it */
export function injectorFindings(
  { url, status, clockErrorMs, failed }: MetInjector,
  plan: Plan,
  upstreams: ReadonlyMap<string, string>,
): readonly Finding[] {
  const { version, endpoints, leaseMs } = status;
  const met = `${url} takes the token; version ${version}, as here; nothing is in force there; its lease is ${leaseMs / 1_000} s`;
  const served = plan.regions.map((region) => `${region} at ${endpoints[region] ?? '?'}`).join(', ');
  return [
    failed === null
      ? { check: 'the injector elsewhere', state: 'ok', detail: met, hint: null }
      : {
          check: 'the injector elsewhere',
          state: 'problem',
          detail: failed,
          hint: 'look at what chaos inject printed',
        },
    { check: 'it serves what the scenario needs', state: 'ok', detail: served, hint: null },
    clockFinding(clockErrorMs),
    ...plan.regions.map((region) => upstreamFinding(region, status, upstreams.get(region))),
  ];
}

function clockFinding(errorMs: number | null): Finding {
  const check = 'its clock can be compared with ours';
  if (errorMs === null) return { check, state: 'problem', detail: 'it was not told', hint: null };
  const detail = `to within ${errorMs < 10 ? errorMs.toFixed(1) : Math.round(errorMs)} ms`;
  if (errorMs <= CLOCK_ERROR_MS_MAX) return { check, state: 'ok', detail, hint: null };
  const hint = `beyond ${CLOCK_ERROR_MS_MAX} ms there is no grade: run Gameday nearer to it, or over a faster tunnel`;
  return { check, state: 'problem', detail, hint };
}

function upstreamFinding(region: string, { upstreams, armed }: ControlStatus, named: string | undefined): Finding {
  const check = `S3 behind it in ${region}`;
  const behind = upstreams[region] ?? null;
  const detail =
    behind === null
      ? 'its own embedded S3'
      : `${behind}${armed.includes(region) ? ', armed: its data is somebody’s' : ''}`;
  if (named === undefined || (behind !== null && new URL(named).origin === behind)) {
    return { check, state: 'ok', detail, hint: null };
  }
  // One S3 may have several addresses, from one network and from another.
  const state = behind === null ? 'problem' : 'warning';
  const hint = `--upstream must name the S3 behind the injector, and names ${named}: objects are audited there`;
  return { check, state, detail, hint };
}
