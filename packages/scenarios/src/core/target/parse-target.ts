import type { Slo } from '@gameday/reporter/journal';
import { z } from 'zod';
import { InputError } from '../source/input-error.ts';
import type { PlannedProbe } from '../planned-watch.ts';
import type { MembersAudit, PlannedStep, PlannedTarget, PlannedWorkload } from '../plan.ts';
import { schemaFindings } from '../source/schema-findings.ts';
import { declaredAlarm, withImpliedProbes, type DeclaredAlarm } from './target-alarm.ts';
import type { AwsSetup } from './target-aws.ts';
import { plannedProbe } from './target-probe.ts';
import { ledgerRole } from './ledger-role.ts';
import type { TargetStep } from './target-step.ts';
import { targetFindings } from './target-findings.ts';
import { targetJsonSchema, targetSchema, type TargetFile } from './target.ts';
import { locateFindings, type YamlDocument } from '../source/yaml-document.ts';

/** A target, checked, every default filled in; `planExperiment` adds the folder it runs in. */
export interface Target extends Omit<PlannedTarget, 'folder'> {
  readonly patienceMs: number;
  readonly gate: TargetFile['gate'] | null;
  readonly weights: Readonly<Record<string, number>>;
  /** Null where the target promises nothing. */
  readonly slo: Slo | null;
  /** Null where the target declares none: then `GET /` is all that is known of its users. */
  readonly workload: PlannedWorkload | null;
  /** Null for the default: the plan's own length with some to spare. */
  readonly runMinutesMax: number | null;
  readonly probes: readonly PlannedProbe[];
  readonly alarms: readonly DeclaredAlarm[];
  /** Where AWS FIS finds the app; left out where the file does not say. */
  readonly aws?: AwsSetup;
}

const DEFAULT_URL = 'http://127.0.0.1:${PORT}';

/**
 * Reads a target from its document.
 * @param recording the steps of its HAR file, where it names one
 * @throws {InputError} with everything that is wrong with the file
 */
export function parseTarget(document: YamlDocument, recording: readonly PlannedStep[] = []): Target {
  const parsed = targetSchema.safeParse(document.data);
  const findings = parsed.success
    ? targetFindings(parsed.data)
    : schemaFindings(parsed.error.issues, document.data, targetJsonSchema());
  if (findings.length > 0 || !parsed.success) throw new InputError(locateFindings(document, findings));
  return targetOf(parsed.data, recording);
}

/** The HAR file that a target names, seen from the target's own; null where it names none. */
export function recordingOf({ data }: YamlDocument): string | null {
  const named = z.object({ workload: z.object({ har: z.string().min(1) }) }).safeParse(data);
  return named.success ? named.data.workload.har : null;
}

/**
 * The target for `chaos run NAME -- command...`: the app is started, one GET is all that is known of its users.
 * @param url where it answers; by default on the loopback port that it is given as `PORT`
 * @param folder in which it runs; its last part becomes the target's name
 */
export function defaultTargetForCommand(
  command: readonly string[] | null,
  url: string | null,
  folder: string,
  buckets: readonly { readonly name: string; readonly region?: string }[] = [],
): Target {
  const name = folder.split(/[/\\]/).findLast((part) => part !== '') ?? 'app';
  return targetOf(
    targetSchema.parse({ name, buckets, ...(command === null ? {} : { command }), ...(url === null ? {} : { url }) }),
  );
}

function targetOf(file: TargetFile, recording: readonly PlannedStep[] = []): Target {
  const buckets = file.buckets.map((bucket) =>
    typeof bucket === 'string'
      ? { name: bucket, region: file.region }
      : { name: bucket.name, region: bucket.region ?? file.region },
  );
  const probes = withImpliedProbes(file.probes.map(plannedProbe), file.alarms, file.ready.path);
  return {
    name: file.name,
    command: file.command ?? null,
    url: (file.url ?? DEFAULT_URL).replace(/\/$/, ''),
    ready: { path: file.ready.path, status: file.ready.status, withinMs: file.ready.within },
    env: {
      ...(file.command === undefined ? {} : { PORT: '${PORT}' }),
      AWS_ENDPOINT_URL_S3: '${S3_ENDPOINT}',
      AWS_REGION: file.region,
      AWS_DEFAULT_REGION: file.region,
      ...file.env,
    },
    homeRegion: file.region,
    replicas: file.replicas,
    buckets,
    patienceMs: file.patience,
    gate: file.gate ?? null,
    weights: file.weights,
    slo: file.slo ?? null,
    workload: file.workload === undefined ? null : workloadOf(file, buckets, recording),
    runMinutesMax: file.guardrails.minutes ?? null,
    probes,
    alarms: file.alarms.map((alarm) => declaredAlarm(alarm, probes)),
    ...(file.aws === undefined ? {} : { aws: file.aws }),
  };
}

type FileMembersAudit = Pick<NonNullable<TargetFile['audit']>, 'app' | 's3' | 'list'>;

function workloadOf(
  file: TargetFile,
  buckets: PlannedTarget['buckets'],
  recording: readonly PlannedStep[],
): PlannedWorkload {
  const steps = file.workload?.steps?.map((step) => stepOf(step, file.patience)) ?? recording;
  const membersAudit = (collection: string | null, audit: FileMembersAudit | undefined): Required<MembersAudit> => {
    const reader = steps.find(
      ({ ledger, expect, request, value, collection: its = null }) =>
        ledger === 'reads' &&
        its === collection &&
        request.method === 'GET' &&
        (expect.body.kind === 'entry' || (value ?? null) !== null),
    );
    const path = audit?.app ?? reader?.request.path.replaceAll('${known}', '${entry}');
    const places = [audit?.s3 ?? []].flat();
    return {
      app: path === undefined ? null : { path, value: reader?.value ?? null },
      s3: places.map(({ bucket, key, region }) => ({
        bucket,
        key,
        region: region ?? buckets.find(({ name }) => name === bucket)?.region ?? file.region,
      })),
      list: audit?.list ?? null,
    };
  };
  const collections = [...new Set(steps.flatMap(({ collection = null }) => collection ?? []))].map((collection) => {
    const { app, s3, list } = membersAudit(collection, file.audit?.collections[collection]);
    return { collection, app, s3, list };
  });
  const { rate = 0, journeys = [], connections, sockets, registers = 16, counters = 4, logs = 1 } = file.workload ?? {};
  return {
    perSecond: rate,
    steps,
    order: file.workload?.steps === undefined ? 'in-turn' : 'drawn',
    journeys,
    connections: connections ?? 'keep-alive',
    ...(sockets === undefined ? {} : { sockets }),
    places: { register: registers, counter: counters, log: logs },
    audit: {
      ...membersAudit(null, file.audit),
      ...(collections.length === 0 ? {} : { collections }),
      command: file.audit?.command ?? null,
    },
  };
}

function stepOf(step: TargetStep, patienceMs: number): PlannedStep {
  const { request = { method: 'RUN', path: '', headers: {}, body: undefined }, expect, command } = step;
  const role = ledgerRole(step.class, request.method, request.path, step.new !== undefined);
  const defaultStatuses = step.class === 'write' ? [200, 201, 202, 204] : role === 'reads-deleted' ? [404, 410] : [200];
  const statuses = typeof expect.status === 'number' ? [expect.status] : (expect.status ?? defaultStatuses);
  const { headers, body } = request;
  return {
    id: step.id,
    class: step.class,
    weight: step.weight,
    request: { method: request.method, path: request.path, headers, body: bodyOf(body) },
    expect: {
      statuses,
      body: typeof expect.body === 'string' ? { kind: expect.body } : { kind: 'contains', text: expect.body.contains },
    },
    ledger: role,
    value: step.value ?? null,
    givenId: step.new ?? null,
    ...(step.collection === undefined ? {} : { collection: step.collection }),
    idempotencyHeader: step.idempotencyHeader ?? null,
    ...(role === 'adds' ? { adds: step.adds ?? 1 } : {}),
    captures: step.capture,
    command: command === undefined ? null : { words: command, withinMs: step.within ?? patienceMs },
  };
}

function bodyOf(body: NonNullable<TargetStep['request']>['body']): PlannedStep['request']['body'] {
  if (body === undefined) return { kind: 'none' };
  return 'random' in body ? { kind: 'random', bytes: body.random } : { kind: 'text', text: body.text };
}
