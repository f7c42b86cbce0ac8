import type { History } from './history/history.ts';
import { STALL_MS } from './history/tool.ts';
import type { ToolHealth } from './report/measurements.ts';
import { duration, joined, plural } from './wording/figures.ts';

/** A baseline request sent so much later than it was due measures the tool, not the app. [our choice] */
const SEND_LAG_P99_MS_MAX = 500;
/** The tool may not sleep through this part of the users' patience. [our choice] */
const LOOP_DELAY_PATIENCE_PART = 0.25;
/** A day, so that a hostile plan costs no time. */
const WATCHED_MS_MAX = 86_400_000;

/** Over the whole load, whatever it ran. */
function stalledSecondsOf({ tool, loadStart, plan }: History): number {
  if (loadStart === null) return 0;
  const length = Math.max(0, ...plan.phases.map(({ endMs }) => endMs));
  return tool.stalledSeconds(loadStart, loadStart + Math.min(length, WATCHED_MS_MAX));
}

/** What the S3 behind Gameday does not have, in words; null where the app asked for nothing of the kind. */
function whatIsMissing({ notImplemented }: History['tool']): string | null {
  if (notImplemented.size === 0) return null;
  const counts = [...notImplemented].map(([operation, requests]) => `${operation} (${requests})`);
  return `The S3 behind Gameday does not have what the app asked for and answered 501 NotImplemented: ${joined(counts)}. What the app did there shows nothing of S3's failures; --upstream puts another S3 behind Gameday.`;
}

/** What an injector in another process could not tell, or not exactly. */
function whatIsUntold({ exchangesLost, clockErrorMsMax }: History['tool']): readonly string[] {
  return [
    ...(exchangesLost === 0
      ? []
      : [
          `${plural(exchangesLost, 'S3 request')} could not be told by the injector, which ran in another process, and any of them might have changed the letter.`,
        ]),
    ...(clockErrorMsMax <= STALL_MS
      ? []
      : [
          `The clock of the injector, which ran in another process, is known to ${duration(clockErrorMsMax)} only, so nobody can tell what came first.`,
        ]),
  ];
}

/** Whether the load generator kept its schedule; a grade of a run in which it did not would be of Gameday. */
export function toolHealthOf(history: History): ToolHealth {
  const { tool, plan } = history;
  const sendLagP99Ms = tool.sendLag.percentile(99);
  const loopDelayMsMax = tool.readings === 0 ? null : tool.loopDelayMsMax;
  const missing = whatIsMissing(tool);
  const lagging = sendLagP99Ms !== null && sendLagP99Ms > SEND_LAG_P99_MS_MAX;
  const asleep = loopDelayMsMax !== null && loopDelayMsMax > LOOP_DELAY_PATIENCE_PART * plan.patienceMs;
  const schedule = lagging
    ? `Gameday itself fell behind: 1 % of the baseline's requests were sent more than ${duration(sendLagP99Ms)} late. Lower the load, or give the machine more room.`
    : asleep
      ? `Gameday itself stood still for ${duration(loopDelayMsMax)}. Lower the load, or give the machine more room.`
      : tool.readings === 0 && sendLagP99Ms === null
        ? 'The journal says nothing of how Gameday itself was doing.'
        : 'Gameday kept its schedule.';
  const untold = whatIsUntold(tool);
  const said = [...untold, ...(missing === null ? [] : [missing])];
  return {
    verdict:
      lagging || asleep || untold.length > 0 || (tool.readings === 0 && sendLagP99Ms === null)
        ? 'inconclusive'
        : 'pass',
    summary: [schedule, ...said].join(' '),
    rssBytesMax: tool.readings === 0 ? null : tool.rssBytesMax,
    loopDelayMsMax,
    inFlightMax: tool.readings === 0 ? null : tool.inFlightMax,
    sendLagP99Ms,
    unsent: tool.unsent,
    stalledSeconds: stalledSecondsOf(history),
    notImplemented: [...tool.notImplemented].map(([operation, requests]) => ({ operation, requests })),
  };
}
