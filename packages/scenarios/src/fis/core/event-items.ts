import type { PlannedAction, PlannedEvent } from '../../core/plan.ts';
import type { FisItem, FisLine } from './fis-item.ts';
import { AWS_DURATION_MS_MAX, formatIsoDuration } from './iso-duration.ts';
import { appTarget, targetOf, type ItemInput } from './network-items.ts';

export interface EventItems {
  readonly items: readonly FisItem[];
  readonly line: FisLine;
}

/** To the next step of the grid. */
const onGrid = (ms: number, gridMs: number): number => Math.round(ms / gridMs) * gridMs;

/**
 * What FIS does about an event beside S3's failures.
 * @param event its times count from the incident's beginning
 * @param startedHere whether Gameday itself starts the app
 */
export function eventItems(event: PlannedEvent, input: ItemInput, startedHere: boolean): EventItems {
  const { action, id } = event;
  const say = (verdict: FisLine['verdict'], text: string, items: readonly FisItem[] = []): EventItems => ({
    items,
    line: { about: id, verdict, text },
  });
  switch (action.do) {
    case 'status-page':
    case 'alarm':
      return say('here', 'Gameday journals it; FIS has nothing to do with it.');
    case 'pause-replication': {
      const items = pauseItems(event, action.regions, input);
      if (input.aws.buckets === undefined) return say('left-out', 'chaos.yaml names no aws.buckets to pause.');
      if (items.length === 0) return say('left-out', 'The plan knows no other region that is replicated to.');
      return say('kept', 'FIS pauses the replication of the buckets (aws:s3:bucket-pause-replication).', items);
    }
    case 'freeze-target':
    case 'resume-target':
      return startedHere
        ? say('here', 'Gameday does it to the process that it starts.')
        : say('left-out', 'FIS cannot freeze a process.');
    case 'kill-target':
    case 'stop-target':
    case 'restart-target': {
      if (input.aws.platform !== undefined) {
        return say('substituted', blowText(action.do, input), [blowItem(event, action, input)]);
      }
      return startedHere
        ? say('here', 'Gameday does it to the process that it starts; chaos.yaml names no aws.platform.')
        : say('left-out', 'chaos.yaml names no aws.platform to stop.');
    }
    default:
      return action satisfies never;
  }
}

function pauseItems(event: PlannedEvent, sources: readonly string[], input: ItemInput): FisItem[] {
  const { aws, regions, gridMs, incidentMs } = input;
  const { buckets } = aws;
  if (buckets === undefined) return [];
  const fromMs = onGrid(event.startMs, gridMs);
  const toMs = Math.max(fromMs + gridMs, onGrid(event.endMs ?? incidentMs, gridMs));
  return sources.flatMap((source) =>
    regions
      .filter((region) => region !== source)
      .map((region) => ({
        name: `pause-replication-to-${region}`,
        region: source,
        fromMs,
        toMs,
        actionId: 'aws:s3:bucket-pause-replication',
        description: `Nothing is replicated from ${source} to ${region}.`,
        parameters: { region },
        target: { key: 'Buckets', name: 'app-buckets', target: targetOf('aws:s3:bucket', buckets) },
        s3: null,
      })),
  );
}

type Blow = Extract<PlannedAction, { readonly replica: number | null }>;

function blowItem(event: PlannedEvent, action: Blow, input: ItemInput): FisItem {
  const { aws, appRegion, gridMs, incidentMs } = input;
  const fromMs = onGrid(event.startMs, gridMs);
  const common = {
    region: appRegion,
    fromMs,
    toMs: fromMs,
    instant: true,
    target: appTarget(aws, action.replica !== null),
    s3: null,
  } as const;
  const { platform } = aws;
  if (platform !== undefined && 'ecs' in platform) {
    const description = 'The tasks of the app are stopped; its service starts others.';
    return { ...common, name: 'stop-app', actionId: 'aws:ecs:stop-task', description, parameters: {} };
  }
  if (platform !== undefined && 'eks' in platform) {
    const parameters = {
      kubernetesServiceAccount: platform.eks.serviceAccount,
      ...(action.do === 'kill-target' ? { gracePeriodSeconds: '0' } : {}),
    };
    const description = 'The pods of the app are deleted; their controller starts others.';
    return { ...common, name: 'stop-app', actionId: 'aws:eks:pod-delete', description, parameters };
  }
  if (action.do === 'restart-target') {
    const description = 'The instances of the app are rebooted.';
    return { ...common, name: 'restart-app', actionId: 'aws:ec2:reboot-instances', description, parameters: {} };
  }
  const downMs = Math.min(AWS_DURATION_MS_MAX, Math.max(gridMs, Math.ceil((incidentMs - fromMs) / gridMs) * gridMs));
  return {
    ...common,
    name: 'stop-app',
    actionId: 'aws:ec2:stop-instances',
    description: 'The instances of the app are stopped, and started again when the incident is over.',
    parameters: { startInstancesAfterDuration: formatIsoDuration(downMs) },
  };
}

function blowText(what: Blow['do'], { aws: { platform } }: ItemInput): string {
  if (platform !== undefined && 'ecs' in platform) {
    return 'FIS stops the tasks of the ECS service (aws:ecs:stop-task), which starts others by itself.';
  }
  if (platform !== undefined && 'eks' in platform) {
    return 'FIS deletes the pods (aws:eks:pod-delete); their controller starts others by itself.';
  }
  return what === 'restart-target'
    ? 'FIS reboots the instances, not the process (aws:ec2:reboot-instances).'
    : 'FIS stops the instances and starts them again when the incident is over (aws:ec2:stop-instances): what is terminated does not come back.';
}
