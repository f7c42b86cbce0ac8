import type { AlarmSource } from '@gameday/reporter/journal';
import {
  HealthWatch,
  GaugeWatch,
  LogWatch,
  WebhookWatch,
  type Judgement,
  type Look,
  type RuleWatch,
} from './alarm-rules.ts';
import type { SentAlert } from './sent-alert.ts';
import type { PlannedAlarm } from '../planned-watch.ts';

/** An alarm has changed its state. */
export interface AlarmChange {
  readonly alarm: string;
  readonly source: AlarmSource;
  readonly state: 'firing' | 'cleared';
  readonly detail: string;
}

interface Entry {
  readonly alarm: PlannedAlarm;
  readonly watch: RuleWatch;
  /** Since when the rule holds without a break. */
  heldSince: number | null;
  firing: boolean;
}

/** Alerts that no declared alarm asks for are told under their own names, up to so many. */
const STRANGERS_MAX = 50;

/** Knows the state of every alarm from what was seen of the app. Pure: told what happens and when, says what changed. */
export class AlarmBoard {
  readonly #entries: Entry[];

  constructor(alarms: readonly PlannedAlarm[]) {
    this.#entries = alarms.map((alarm) => ({ alarm, watch: watchOf(alarm), heldSince: null, firing: false }));
  }

  look(nowMs: number, look: Look): AlarmChange[] {
    for (const { watch } of this.#entries) watch.look(look);
    return this.tick(nowMs);
  }

  line(nowMs: number, replica: number, text: string): AlarmChange[] {
    for (const { watch } of this.#entries) watch.line(nowMs, replica, text);
    return this.tick(nowMs);
  }

  alert(nowMs: number, alert: SentAlert): AlarmChange[] {
    const taken = this.#entries.filter(({ watch }) => watch.alert(nowMs, alert));
    if (taken.length === 0 && this.#entries.length < STRANGERS_MAX) this.#meet(nowMs, alert);
    return this.tick(nowMs);
  }

  /** To be called now and then: time alone can raise an alarm and clear it. */
  tick(nowMs: number): AlarmChange[] {
    return this.#entries.flatMap((entry) => judge(entry, nowMs));
  }

  #meet(nowMs: number, alert: SentAlert): void {
    const alarm: PlannedAlarm = {
      id: alert.name,
      severity: 'warning',
      rule: { kind: 'webhook', name: `^${escaped(alert.name)}$` },
      forMs: 0,
      expect: 'any',
    };
    const watch = watchOf(alarm);
    watch.alert(nowMs, alert);
    this.#entries.push({ alarm, watch, heldSince: null, firing: false });
  }
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

function judge(entry: Entry, nowMs: number): AlarmChange[] {
  const { alarm, watch } = entry;
  const judgement: Judgement = watch.judge(nowMs);
  entry.heldSince = judgement.holds ? (entry.heldSince ?? nowMs) : null;
  const firing = entry.heldSince !== null && nowMs - entry.heldSince >= alarm.forMs;
  if (firing === entry.firing) return [];
  entry.firing = firing;
  return [
    {
      alarm: alarm.id,
      source: SOURCES[alarm.rule.kind],
      state: firing ? 'firing' : 'cleared',
      detail: judgement.detail,
    },
  ];
}

const SOURCES = { gauge: 'gauge', health: 'health', webhook: 'webhook', log: 'log' } as const;

function watchOf({ rule }: PlannedAlarm): RuleWatch {
  switch (rule.kind) {
    case 'gauge':
      return new GaugeWatch(rule);
    case 'health':
      return new HealthWatch(rule);
    case 'webhook':
      return new WebhookWatch(rule);
    case 'log':
      return new LogWatch(rule);
    default:
      return rule satisfies never;
  }
}
