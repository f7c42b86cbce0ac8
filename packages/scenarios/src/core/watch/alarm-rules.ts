import type { AlarmRule, Comparison } from '../planned-watch.ts';
import { hasLabels, type Sample } from './prometheus-text.ts';
import type { SentAlert } from './sent-alert.ts';

/** What a look at one replica brought. Times are milliseconds on one clock, which only goes on. */
export interface Look {
  readonly probe: string;
  readonly replica: number;
  readonly ok: boolean;
  /** metrics: what was scraped; none where the look failed. */
  readonly samples: readonly Sample[];
}

/** Whether a rule holds now, and why, for the reader. */
export interface Judgement {
  readonly holds: boolean;
  readonly detail: string;
}

/** What a rule remembers of the app. It takes what concerns it and leaves the rest. */
export interface RuleWatch {
  look(look: Look): void;
  line(nowMs: number, replica: number, text: string): void;
  /** @returns whether the rule is about this alert */
  alert(nowMs: number, alert: SentAlert): boolean;
  judge(nowMs: number): Judgement;
}

type RuleOf<Kind extends AlarmRule['kind']> = Extract<AlarmRule, { kind: Kind }>;

abstract class Deaf implements RuleWatch {
  look(_look: Look): void {}
  line(_nowMs: number, _replica: number, _text: string): void {}
  alert(_nowMs: number, _alert: SentAlert): boolean {
    return false;
  }
  abstract judge(nowMs: number): Judgement;
}

const serversText = (replicas: readonly number[]): string =>
  `${replicas.length} server${replicas.length === 1 ? '' : 's'} (${replicas.join(', ')})`;

/** As Prometheus does, it forgets a server's series when the server cannot be scraped. */
export class GaugeWatch extends Deaf {
  readonly #rule: RuleOf<'gauge'>;
  readonly #byReplica = new Map<number, readonly Sample[]>();
  /** Every value of the label `all` that was ever seen, on any server: one may not have met each of them yet. */
  readonly #known = new Set<string>();

  constructor(rule: RuleOf<'gauge'>) {
    super();
    this.#rule = rule;
  }

  override look({ probe, replica, ok, samples }: Look): void {
    const { metric, where, all } = this.#rule;
    if (probe !== this.#rule.probe) return;
    const own = samples.filter((sample) => sample.metric === metric && hasLabels(sample, where));
    if (ok) this.#byReplica.set(replica, own);
    else this.#byReplica.delete(replica);
    if (all !== null) for (const { labels } of own) if (labels[all] !== undefined) this.#known.add(labels[all]);
  }

  override judge(): Judgement {
    const { metric, is, servers, same } = this.#rule;
    const what = `${metric} ${is.operator} ${is.value}`;
    const groups = [...this.#groups()].toSorted(([, a], [, b]) => b.length - a.length);
    const [label, replicas] = groups[0] ?? ['', []];
    const whose = same === null || replicas.length === 0 ? '' : ` with ${same}="${label}"`;
    return { holds: replicas.length >= servers, detail: `${what}${whose} on ${serversText(replicas)}` };
  }

  /** The servers that count, by the value of `same`. */
  #groups(): ReadonlyMap<string, readonly number[]> {
    const { is, same, all } = this.#rule;
    const groups = new Map<string, number[]>();
    for (const [replica, samples] of this.#byReplica) {
      const bad = samples.filter(({ value }) => compares(value, is));
      const whole = all === null || [...this.#known].every((one) => bad.some(({ labels }) => labels[all] === one));
      if (bad.length === 0 || !whole) continue;
      for (const label of new Set(bad.map(({ labels }) => (same === null ? '' : (labels[same] ?? ''))))) {
        groups.set(
          label,
          [...(groups.get(label) ?? []), replica].toSorted((a, b) => a - b),
        );
      }
    }
    return groups;
  }
}

/** Whether a value compares as it is asked to. */
function compares(value: number, { operator, value: bound }: Comparison): boolean {
  switch (operator) {
    case '==':
      return value === bound;
    case '!=':
      return value !== bound;
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    default:
      return operator satisfies never;
  }
}

export class HealthWatch extends Deaf {
  readonly #rule: RuleOf<'health'>;
  readonly #ill = new Set<number>();

  constructor(rule: RuleOf<'health'>) {
    super();
    this.#rule = rule;
  }

  override look({ probe, replica, ok }: Look): void {
    if (probe !== this.#rule.probe) return;
    if (ok) this.#ill.delete(replica);
    else this.#ill.add(replica);
  }

  override judge(): Judgement {
    const ill = [...this.#ill].toSorted((a, b) => a - b);
    return { holds: ill.length >= this.#rule.servers, detail: `${this.#rule.probe} failed on ${serversText(ill)}` };
  }
}

export class WebhookWatch extends Deaf {
  readonly #name: RegExp;
  readonly #open = new Map<string, { readonly alert: SentAlert; readonly endsMs: number }>();
  #last = '';

  constructor({ name }: RuleOf<'webhook'>) {
    super();
    this.#name = new RegExp(name ?? '');
  }

  override alert(nowMs: number, alert: SentAlert): boolean {
    // PagerDuty takes an alert back by its key alone.
    const mine = this.#open.has(alert.key) || this.#name.test(alert.name);
    if (!mine) return false;
    this.#open.delete(alert.key);
    this.#last = alert.detail;
    if (alert.firing) this.#open.set(alert.key, { alert, endsMs: nowMs + (alert.endsInMs ?? Infinity) });
    return true;
  }

  override judge(nowMs: number): Judgement {
    for (const [key, { endsMs }] of this.#open) if (endsMs <= nowMs) this.#open.delete(key);
    const [first] = this.#open.values();
    return { holds: this.#open.size > 0, detail: first?.alert.detail ?? this.#last };
  }
}

export class LogWatch extends Deaf {
  readonly #rule: RuleOf<'log'>;
  readonly #fires: RegExp;
  readonly #clears: RegExp | null;
  readonly #open = new Map<number, number>();
  #last = '';

  constructor(rule: RuleOf<'log'>) {
    super();
    this.#rule = rule;
    this.#fires = new RegExp(rule.fires);
    this.#clears = rule.clears === null ? null : new RegExp(rule.clears);
  }

  override line(nowMs: number, replica: number, text: string): void {
    const fires = this.#fires.test(text);
    const clears = this.#clears?.test(text) === true;
    if (!fires && !clears) return;
    if (fires) this.#open.set(replica, nowMs);
    else this.#open.delete(replica);
    this.#last = text.slice(0, 200);
  }

  override judge(nowMs: number): Judgement {
    const { servers, quietMs } = this.#rule;
    if (this.#clears === null) {
      for (const [replica, at] of this.#open) if (nowMs - at >= quietMs) this.#open.delete(replica);
    }
    return { holds: this.#open.size >= servers, detail: this.#last };
  }
}
