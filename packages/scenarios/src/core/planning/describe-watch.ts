import { formatDuration } from '../words/duration.ts';
import type { AlarmRule, JourneyStep, PlannedAlarm, PlannedProbe } from '../planned-watch.ts';

const labels = (where: Readonly<Record<string, string>>): string => {
  const pairs = Object.entries(where).map(([name, value]) => `${name}="${value}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
};

/** What a probe does, in a few words. */
export function probeDoes(probe: PlannedProbe): string {
  const every = ` every ${formatDuration(probe.everyMs)}`;
  switch (probe.kind) {
    case 'http': {
      const contains = probe.contains === null ? '' : ` with "${probe.contains}"`;
      return `GET ${probe.path} gives ${probe.statuses.join(' or ')}${contains},${every}`;
    }
    case 'metrics': {
      const noting = probe.metric === null ? '' : `, noting ${probe.metric}${labels(probe.where)}`;
      return `scrapes ${probe.path}${every}${noting}`;
    }
    case 'browser': {
      const cache = probe.cache === 'kept' ? ', keeping its cache' : '';
      return `a browser: ${probe.steps.map(journeyStepDoes).join(', ')};${every}${cache}`;
    }
    default:
      return probe satisfies never;
  }
}

export function journeyStepDoes(step: JourneyStep): string {
  switch (step.do) {
    case 'open':
      return `open ${step.path}`;
    case 'click':
      return `click ${step.selector}`;
    case 'type':
      return `type into ${step.selector}`;
    case 'expect':
      return `see ${step.atLeast === 1 ? '' : `${step.atLeast} `}${step.selector}`;
    default:
      return step satisfies never;
  }
}

const onServers = (servers: number): string => (servers === 1 ? 'a server' : `at least ${servers} servers`);

function ruleDoes(rule: AlarmRule): string {
  switch (rule.kind) {
    case 'gauge': {
      const { metric, where, is, same, all } = rule;
      const series = `${metric}${labels(where)} ${is.operator} ${is.value}`;
      const label = same === null ? (all === null ? '' : `, for every ${all}`) : `, for the same ${same}`;
      return `${series} on ${onServers(rule.servers)}${label}`;
    }
    case 'health':
      return `${rule.probe} fails on ${onServers(rule.servers)}`;
    case 'webhook':
      return rule.name === null ? 'the app sends an alert' : `the app sends an alert named /${rule.name}/`;
    case 'log':
      return `${onServers(rule.servers)} ${rule.servers === 1 ? 'prints' : 'print'} a line like /${rule.fires}/`;
    default:
      return rule satisfies never;
  }
}

/** When an alarm goes off, in a few words. */
export function alarmDoes({ severity, rule, forMs }: PlannedAlarm): string {
  return `${severity}: ${ruleDoes(rule)}${forMs === 0 ? '' : ` for ${formatDuration(forMs)}`}`;
}
