import type { ExperimentRun } from '../core/experiment-machine.ts';
import type { TemplateBody } from '../core/template-body.ts';

/** Another account that an experiment works in. */
export interface AccountConfiguration {
  readonly accountId: string;
  readonly roleArn: string;
  readonly description?: string | undefined;
}

/** Times are milliseconds since 1970. */
export interface TemplateRecord {
  readonly id: string;
  readonly arn: string;
  readonly region: string;
  readonly createdMs: number;
  updatedMs: number;
  body: TemplateBody;
  tags: Record<string, string>;
  readonly accounts: Map<string, AccountConfiguration>;
}

/** A resource that a target was resolved to. */
export interface ResolvedTarget {
  readonly targetName: string;
  readonly resourceType: string;
  readonly arn: string;
}

export interface ExperimentRecord {
  readonly id: string;
  readonly arn: string;
  readonly region: string;
  readonly templateId: string;
  /** The template as it was when the experiment began. */
  readonly body: TemplateBody;
  readonly accounts: ReadonlyMap<string, AccountConfiguration>;
  readonly actionsMode: 'run-all' | 'skip-all';
  readonly createdMs: number;
  tags: Record<string, string>;
  resolved: readonly ResolvedTarget[];
  /** Its times are on the endpoint's clock. */
  run: ExperimentRun;
}

/** All that one region of the local account holds. */
export interface RegionState {
  readonly region: string;
  readonly templates: Map<string, TemplateRecord>;
  readonly experiments: Map<string, ExperimentRecord>;
  /** What a client token has made: a digest of the request, and the id of what came of it. */
  readonly tokens: Map<string, { readonly request: string; readonly id: string }>;
  lever: { status: 'engaged' | 'disengaged'; reason: string };
}

export const newRegion = (region: string): RegionState => ({
  region,
  templates: new Map(),
  experiments: new Map(),
  tokens: new Map(),
  lever: { status: 'disengaged', reason: 'Initial state' },
});
