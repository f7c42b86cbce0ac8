import type { FaultWindow } from '@gameday/injector';
import type { PlanRecord } from '@gameday/reporter/journal';
import { alarmDoes, probeDoes } from './describe-watch.ts';
import type { Plan } from '../plan.ts';
import { stepDoes } from './step-does.ts';

/**
 * The plan as the journal's first entry carries it: all that grading needs, in the reporter's own words.
 * @param explain a fault window in one English sentence
 */
export function journalPlan(plan: Plan, explain: (window: FaultWindow) => string): PlanRecord {
  const { name, title, summary, lesson, sources } = plan.scenario;
  const { date, zone, zeroMinuteOfDay, speed } = plan.clock;
  return {
    scenario: {
      name,
      title,
      summary,
      lesson,
      sources: sources.map(({ title: source, url }) => ({ title: source, url })),
    },
    clock: { date, zone, zeroMinuteOfDay, speed },
    seed: plan.seed,
    assumptions: plan.assumptions.map(({ name: id, value, why, overridden }) => ({ name: id, value, why, overridden })),
    regions: [...plan.regions],
    target: {
      name: plan.target.name,
      command: [...(plan.target.command ?? [])],
      url: plan.target.url,
      homeRegion: plan.target.homeRegion,
    },
    patienceMs: plan.patienceMs,
    workload: {
      perSecond: plan.workload.perSecond,
      steps: plan.workload.steps.map((step) => ({
        id: step.id,
        class: step.class,
        weight: step.weight,
        does: stepDoes(step),
      })),
    },
    phases: plan.phases.map((phase) => ({
      id: phase.id,
      title: phase.title,
      stage: phase.stage,
      startMs: phase.startMs,
      endMs: phase.endMs,
      incidentFromMin: phase.incidentFromMin,
      incidentToMin: phase.incidentToMin,
      notes: [...phase.notes],
    })),
    windows: plan.timeline.windows.map((window) => ({
      id: window.id,
      phase: plan.windowPhases[window.id] ?? '',
      kind: window.fault.kind,
      sentence: explain(window),
      regions: [...window.where.regions],
      classes: [...(window.where.classes ?? [])],
      startMs: window.startMs,
      endMs: window.endMs,
    })),
    gate: plan.gate,
    weights: { ...plan.weights },
    ...(plan.slo === undefined || plan.slo === null ? {} : { slo: plan.slo }),
    warnings: [...plan.warnings],
    ...watchOf(plan),
  };
}

/** Left out where nothing is watched. */
function watchOf({ probes = [], alarms = [] }: Plan): Pick<PlanRecord, 'alarms' | 'probes'> {
  return {
    ...(alarms.length === 0
      ? {}
      : { alarms: alarms.map((alarm) => ({ id: alarm.id, does: alarmDoes(alarm), expect: alarm.expect })) }),
    ...(probes.length === 0
      ? {}
      : { probes: probes.map((probe) => ({ id: probe.id, kind: probe.kind, does: probeDoes(probe) })) }),
  };
}
