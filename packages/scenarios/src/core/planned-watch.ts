/** A look at the app beside the workload, at each replica by itself, again and again. */
export type PlannedProbe = HttpProbe | MetricsProbe | BrowserProbe;

interface Look {
  /** Unique in the plan. */
  readonly id: string;
  /** Wall milliseconds from one look to the next. */
  readonly everyMs: number;
  /** A look that takes longer has failed. */
  readonly withinMs: number;
}

/** A health route, or any other. */
export interface HttpProbe extends Look {
  readonly kind: 'http';
  readonly path: string;
  readonly statuses: readonly number[];
  /** A text that the answer has somewhere; null for any answer. */
  readonly contains: string | null;
}

/** A route that serves metrics in Prometheus's text format. */
export interface MetricsProbe extends Look {
  readonly kind: 'metrics';
  readonly path: string;
  /** The metric whose value each look notes, the sum of its series; null for none. */
  readonly metric: string | null;
  /** Labels that a series must have to count. */
  readonly where: Readonly<Record<string, string>>;
}

/** A user with a browser, on a journey through the app's pages. Selectors are playwright's: CSS, `text=...`, `role=...`. */
export interface BrowserProbe extends Look {
  readonly kind: 'browser';
  readonly steps: readonly JourneyStep[];
  /** `fresh`: each journey begins without HTTP cache, cookies and service worker; `kept`: with those of the one before. */
  readonly cache: 'fresh' | 'kept';
  /** Hosts beside the app's own that the pages may load from; all others are not found. */
  readonly hosts: readonly string[];
  /** Where a page tells its user what is wrong. */
  readonly notice: string;
}

export type JourneyStep =
  | { readonly do: 'open'; readonly path: string }
  | { readonly do: 'click'; readonly selector: string }
  | { readonly do: 'type'; readonly selector: string; readonly text: string }
  /** Something is to be seen, so often at least. */
  | { readonly do: 'expect'; readonly selector: string; readonly atLeast: number };

/** A comparison with a number: `>= 1`. */
export interface Comparison {
  readonly operator: '==' | '!=' | '>' | '>=' | '<' | '<=';
  readonly value: number;
}

/** Where an alarm shows. */
export type AlarmRule =
  /** At least `servers` replicas have a series of the metric that compares. */
  | {
      readonly kind: 'gauge';
      readonly probe: string;
      readonly metric: string;
      readonly where: Readonly<Record<string, string>>;
      readonly is: Comparison;
      readonly servers: number;
      /** The label whose value must be the same on all of them; null where any series will do. */
      readonly same: string | null;
      /** The label of which every known value must compare for a replica to count; null where one series is enough. */
      readonly all: string | null;
    }
  /** At least `servers` replicas fail the probe. */
  | { readonly kind: 'health'; readonly probe: string; readonly servers: number }
  /** The app sends an alert whose name matches; null for any. */
  | { readonly kind: 'webhook'; readonly name: string | null }
  /** At least `servers` replicas have written a line that matches, and none since that clears it. */
  | {
      readonly kind: 'log';
      readonly fires: string;
      /** Null where only silence clears it. */
      readonly clears: string | null;
      /** Without `clears`: cleared when no line has matched for so long. */
      readonly quietMs: number;
      readonly servers: number;
    };

/** What an alarm is to do while S3 fails: go off, keep quiet from beginning to end, or as it likes. */
export type AlarmExpectation = 'fires' | 'quiet' | 'any';

export interface PlannedAlarm {
  /** Unique in the plan. */
  readonly id: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly rule: AlarmRule;
  /** The rule must hold for so long before the alarm fires. */
  readonly forMs: number;
  readonly expect: AlarmExpectation;
}
