import type { ExchangeEvent } from '@gameday/injector';
import type { WorkOutcome } from '@gameday/reporter/journal';
import { auditWays, writesLedger } from '../planning/audit-ways.ts';
import { replicationWarnings } from '../planning/replication-warnings.ts';
import type { Plan } from '../plan.ts';

/** One thing that was looked at before a game day. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'problem';
  readonly detail: string;
  /** How to mend it; null where there is nothing to mend. */
  readonly hint: string | null;
}

/** Whether a game day with this app would mean anything. */
export interface Diagnosis {
  readonly ready: boolean;
  readonly findings: readonly Finding[];
}

/** What stands for an invocation id where the client sends none. */
const DIGEST = /^[\da-f]{16}$/;

interface Request {
  readonly step: string;
  readonly outcome: WorkOutcome;
  readonly detail: string;
}

/** What a few seconds of unbroken workload showed. */
export interface Examined {
  readonly requests: readonly Request[];
  readonly exchanges: readonly ExchangeEvent[];
  /** The last error that the app printed meanwhile; null for none. */
  readonly printed: string | null;
  /** Where the injector serves S3 of the home region. */
  readonly endpoint: string;
  /** What was found of the injector, where it runs in another process. */
  readonly injector: readonly Finding[];
  /** What was found of the writes read back. */
  readonly roundTrip: readonly Finding[];
  /** Regions whose S3 is not Gameday's own. */
  readonly foreign: readonly string[];
}

/** Judges an app before anything is broken. */
export function diagnose(
  plan: Plan,
  { requests, exchanges, printed, endpoint, injector, roundTrip, foreign }: Examined,
): Diagnosis {
  const findings = [
    ...injector,
    ...replicationFindings(plan, foreign),
    ...plan.workload.steps.map((step) => stepFinding(step.id, requests, printed)),
    trafficFinding(exchanges, plan.target.command === null ? endpoint : null),
    ...refusedFindings(exchanges),
    ...bucketFindings(plan, exchanges),
    blastRadiusFinding(plan, exchanges),
    retryFinding(exchanges),
    auditFinding(plan),
    ...roundTrip,
  ];
  return { ready: findings.every(({ state }) => state !== 'problem'), findings };
}

function stepFinding(step: string, requests: readonly Request[], printed: string | null): Finding {
  const all = requests.filter((request) => request.step === step);
  const bad = all.find(({ outcome }) => outcome !== 'good');
  const check = `workload step ${step}`;
  if (all.length === 0) {
    const failed = requests.some(({ outcome }) => outcome !== 'good');
    const detail = failed ? 'not tried: another step failed first' : 'no request of it was due';
    return { check, state: 'warning', detail, hint: failed ? null : 'raise its weight or the rate' };
  }
  if (bad === undefined) return { check, state: 'ok', detail: `${all.length} of ${all.length} good`, hint: null };
  const good = all.filter(({ outcome }) => outcome === 'good').length;
  return {
    check,
    state: 'problem',
    detail: `${good} of ${all.length} good: ${bad.detail || bad.outcome}${printed === null ? '' : `; the app printed: ${printed}`}`,
    hint: "mend the app, or the step's request and expect in chaos.yaml",
  };
}

function replicationFindings(plan: Plan, foreign: readonly string[]): readonly Finding[] {
  const check = 'replication can be paused';
  return replicationWarnings(plan, foreign).map((detail) => ({ check, state: 'warning', detail, hint: null }));
}

/** @param toSet what the environment of an app that runs already must have had; null where the app is started here */
function trafficFinding(exchanges: readonly ExchangeEvent[], toSet: string | null): Finding {
  const check = 'S3 traffic passes through the injector';
  if (exchanges.length === 0) {
    const must = 'the app must use the endpoint in AWS_ENDPOINT_URL_S3';
    const started = toSet === null ? must : `the app must have been started with AWS_ENDPOINT_URL_S3=${toSet}`;
    return {
      check,
      state: 'problem',
      detail: 'the app sent no S3 request to the injector',
      hint:
        `a step must ask for something in S3, and ${started}; an SDK that ignores it needs endpoint (JavaScript), ` +
        'endpoint_url (boto3 before 1.28, as Debian 12 has it) or --endpoint-url (AWS CLI before 2.13) set from it',
    };
  }
  const counts = new Map<string, number>();
  for (const { exchange } of exchanges) {
    const name = `${exchange.operation} in ${exchange.region}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const detail = [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
  return { check, state: 'ok', detail, hint: null };
}

/** What the injector did not let through; nothing where nothing is armed, or all of it was. */
function refusedFindings(exchanges: readonly ExchangeEvent[]): readonly Finding[] {
  const refused = exchanges.flatMap(({ refused: why }) => (why === null ? [] : [why]));
  if (refused.length === 0) return [];
  return [
    {
      check: 'the app touches only what is armed',
      state: 'problem',
      detail: `${refused.length} of ${exchanges.length} S3 requests were refused: ${[...new Set(refused)].join('; ')}`,
      hint: 'have the app sign with the keys in its environment and use the buckets of chaos.yaml, or arm what else it needs',
    },
  ];
}

/** Buckets that the app asks for, that are not there, and that it does not make either. */
function bucketFindings(plan: Plan, exchanges: readonly ExchangeEvent[]): Finding[] {
  const known = plan.target.buckets.map(({ name }) => name);
  const last = new Map<string, ExchangeEvent>();
  for (const event of exchanges) if (event.exchange.bucket !== null) last.set(event.exchange.bucket, event);
  return [...last]
    .filter(([name, { status }]) => status === 404 && !known.includes(name))
    .map(([name, { exchange }]) => ({
      check: `bucket ${name}`,
      state: 'problem',
      detail: `the app asks for it in ${exchange.region}, and it is not there`,
      hint: `name it in chaos.yaml: buckets: [${[...known, name].join(', ')}]`,
    }));
}

function blastRadiusFinding(plan: Plan, exchanges: readonly ExchangeEvent[]): Finding {
  const check = `${plan.scenario.name} would be felt`;
  const regions = new Set(plan.timeline.windows.flatMap(({ where }) => where.regions));
  const inside = exchanges.filter(({ exchange }) => regions.has(exchange.region)).length;
  const names = [...regions].join(', ');
  if (exchanges.length > 0 && inside === 0) {
    return {
      check,
      state: 'problem',
      detail: `it breaks ${names}, and the app used none of them`,
      hint: "set region in chaos.yaml to the app's home region, or choose a scenario that breaks it",
    };
  }
  if (inside === 0) return { check, state: 'problem', detail: 'no S3 request was seen', hint: null };
  return { check, state: 'ok', detail: `${inside} of ${exchanges.length} S3 requests went to ${names}`, hint: null };
}

function retryFinding(exchanges: readonly ExchangeEvent[]): Finding {
  const check = 'retries can be told from first attempts';
  const told = exchanges.filter(({ exchange }) => exchange.attemptsMax !== null).length;
  if (told === 0 && exchanges.some(({ exchange }) => !DIGEST.test(exchange.invocation))) {
    const detail = 'the SDK numbers the attempts of each call, but does not say how many it makes at most';
    return { check, state: 'ok', detail, hint: null };
  }
  if (exchanges.length === 0 || told > 0) {
    const max = exchanges.find(({ exchange }) => exchange.attemptsMax !== null)?.exchange.attemptsMax;
    const detail =
      told > 0 ? `the SDK says so in each request (at most ${max ?? '?'} attempts)` : 'no S3 request was seen';
    return { check, state: told > 0 ? 'ok' : 'warning', detail, hint: null };
  }
  return {
    check,
    state: 'warning',
    detail: 'the S3 client sends no amz-sdk-request header; equal requests will count as attempts of one operation',
    hint: null,
  };
}

function auditFinding(plan: Plan): Finding {
  const check = 'acknowledged writes can be audited';
  if (!writesLedger(plan)) {
    return {
      check,
      state: 'warning',
      detail: 'no step writes an entry, so durability will be inconclusive',
      hint: 'add a step with ${new} in its path, or with new: {json: id} where the app gives the id',
    };
  }
  const ways = auditWays(plan);
  if (ways.length === 0) {
    return {
      check,
      state: 'warning',
      detail: 'nothing says how to read an entry back',
      hint: 'add audit: to chaos.yaml',
    };
  }
  return { check, state: 'ok', detail: `${ways.join(' and ')}, after recovery`, hint: null };
}
