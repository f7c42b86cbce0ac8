import { z } from 'zod';
import { capacityFailures, safeguardRefusals, type CapacityModel } from './capacity-model.ts';
import { durationSchema, formatDuration } from '../words/duration.ts';
import { HOME } from './fault-entry.ts';
import { isRecord } from '../source/schema-words.ts';
import { isRegionName } from '../words/template.ts';
import type { Finding } from '../source/yaml-document.ts';

const share = z.number().min(0).max(1);
const minutes = durationSchema.transform((ms) => ms / 60_000);

const subsystemSchema = z.strictObject({
  removed: share.describe('Which share of its servers the command removes.'),
  minimum: share.describe('Which share it needs: below, it is down and must be restarted in full.'),
  restart: minutes.describe('How long a full restart takes, integrity checks included.'),
  ramp: minutes.describe('How long it then takes to serve everything again.'),
});

/** A scenario whose phases follow from a model of capacity instead of being written down. */
export const capacitySchema = z.strictObject({
  regions: z
    .array(z.string().refine((name) => name === HOME || isRegionName(name), { error: 'must be an AWS region or home' }))
    .min(1)
    .default([HOME])
    .describe('Where. Default: home.'),
  index: subsystemSchema.describe('Metadata and location of every object: each GET, LIST, PUT and DELETE needs it.'),
  placement: subsystemSchema.describe(
    'Allocates storage: each PUT needs it. It cannot restart before the index serves.',
  ),
  removal: minutes.describe('How long the tool takes to remove the servers.'),
  rebalance: minutes.describe('How long the servers that stay take to take over. A faster removal orphans their work.'),
  load: share.describe('Which share of a subsystem’s servers the traffic keeps busy.'),
  restored: minutes.describe('How long after the removal servers that were missed are put back.'),
  safeguards: z
    .enum(['on', 'off'])
    .describe('AWS’s answer to the day: the tool removes slowly, and never below the minimum.'),
});

const outline = z.looseObject({ capacity: capacitySchema, phases: z.undefined().optional() });

export interface Expanded {
  readonly data: unknown;
  readonly findings: readonly Finding[];
}

/** Puts the phases that follow from `capacity` into the scenario's data; leaves any other scenario as it is. */
export function expandCapacity(data: unknown): Expanded {
  if (!isRecord(data) || data['capacity'] === undefined) return { data, findings: [] };
  if (data['phases'] !== undefined) {
    const message = 'the phases follow from capacity: they cannot be written as well';
    return { data, findings: [{ path: ['phases'], at: 'key', message, hint: 'put what else fails into tracks' }] };
  }
  const parsed = outline.safeParse(data);
  // The schema says what is wrong with it; one phase stands in so that it does not complain of missing phases too.
  if (!parsed.success) return { data: { ...data, phases: [{ id: 'x', title: 'x', for: '1m' }] }, findings: [] };
  const model = parsed.data.capacity;
  const findings = safeguardRefusals(model).map(({ subsystem, left, needed }) => ({
    path: ['capacity', subsystem, 'removed'],
    message:
      `the safeguard refuses to remove so much: ${percent(left)} of the ${subsystem} would be left, ` +
      `and it needs ${percent(needed)}`,
    hint: 'remove less, or switch safeguards off and see what happened on 28 February 2017',
  }));
  return { data: { ...data, phases: phasesOf(model, model.regions) }, findings };
}

function percent(value: number): string {
  return `${Number((value * 100).toFixed(1))} %`;
}

/** From edge to edge of the failures a phase, as it would stand in a file. */
function phasesOf(model: CapacityModel, regions: readonly string[]): unknown[] {
  const failures = capacityFailures(model);
  const edges = [...new Set([0, ...failures.flatMap(({ fromMin, toMin }) => [fromMin, toMin])])].toSorted(
    (a, b) => a - b,
  );
  if (edges.length === 1) {
    const title = 'Servers are removed, and nobody notices';
    return [{ id: 'removal', title, for: formatDuration(model.removal * 60_000) }];
  }
  const ids = new Map<string, number>();
  return edges.slice(1).map((toMin, index) => {
    const fromMin = edges[index] ?? 0;
    const now = failures.filter((failure) => failure.fromMin <= fromMin && failure.toMin >= toMin);
    const name = now.map(({ subsystem, state }) => `${subsystem}-${state}`).join('-') || 'calm';
    const times = (ids.get(name) ?? 0) + 1;
    ids.set(name, times);
    const faults = now.map((failure) => {
      const shareAt = (minute: number): number =>
        failure.from + ((failure.to - failure.from) * (minute - failure.fromMin)) / (failure.toMin - failure.fromMin);
      const classes = failure.subsystem === 'index' ? {} : { classes: ['write'] };
      const fault = failure.state === 'overloaded' ? 'SlowDown' : silent(failure) ? 'silent' : 'InternalError';
      const written = fault === 'silent' ? { kind: 'silent' } : { kind: 'http-error', code: fault };
      return { regions, ...classes, share: { from: shareAt(fromMin), to: shareAt(toMin) }, fault: written };
    });
    return {
      id: times === 1 ? name : `${name}-${times}`,
      title: now.map(({ subsystem, state }) => `The ${subsystem} is ${WORDS[state]}`).join('; ') || 'Nothing fails',
      for: formatDuration((toMin - fromMin) * 60_000),
      faults,
    };
  });
}

const WORDS = {
  orphaned: 'missing what its lost servers held',
  overloaded: 'overloaded',
  down: 'down',
  returning: 'coming back',
} as const;

/** Nobody answers for an index that is down; one that serves at least says that it cannot. */
function silent(failure: { readonly subsystem: string; readonly state: string }): boolean {
  return failure.subsystem === 'index' && failure.state === 'down';
}
