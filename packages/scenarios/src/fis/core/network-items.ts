import type { FaultWindow } from '@gameday/injector';
import type { AwsResources, AwsSetup } from '../../core/target/target-aws.ts';
import { stretches, type FisItem } from './fis-item.ts';
import { formatIsoDuration } from './iso-duration.ts';
import { failingShareOfAll, usualDelayMs } from './s3-severity.ts';
import type { TemplateTarget } from './template-body.ts';

/** What items are made from. Windows count from the incident's beginning. */
export interface ItemInput {
  readonly windows: readonly FaultWindow[];
  readonly incidentMs: number;
  readonly gridMs: number;
  readonly aws: AwsSetup;
  /** Where the app runs, and its experiments. */
  readonly appRegion: string;
  readonly regions: readonly string[];
  /** At which share of failing reads and writes S3 is cut altogether. */
  readonly cutFrom: number;
}

/** A target of a template out of what chaos.yaml names. */
export const targetOf = (resourceType: string, resources: AwsResources, selectionMode = 'ALL'): TemplateTarget => ({
  resourceType,
  ...('tags' in resources ? { resourceTags: resources.tags } : { resourceArns: resources.arns }),
  selectionMode,
});

/** S3 cut off from the app's subnets wherever most of it fails. */
export function cutItems(input: ItemInput): FisItem[] {
  const { aws, windows, appRegion, incidentMs, gridMs, cutFrom } = input;
  if (aws.subnets === undefined) return [];
  const target = { key: 'Subnets', name: 'app-subnets', target: targetOf('aws:ec2:subnet', aws.subnets) };
  const broken = [...new Set(windows.flatMap(({ where }) => where.regions))];
  return broken.flatMap((region) => {
    const isHome = region === appRegion;
    const cuts = stretches(incidentMs, gridMs, (atMs) =>
      failingShareOfAll(windows, region, atMs) >= cutFrom ? true : null,
    );
    return cuts.map(({ fromMs, toMs }): FisItem => ({
      name: isHome ? 'cut-s3' : `cut-${region}`,
      region: appRegion,
      fromMs,
      toMs,
      actionId: isHome
        ? 'aws:network:disrupt-connectivity'
        : 'aws:network:route-table-disrupt-cross-region-connectivity',
      description: isHome
        ? `The app's subnets lose S3 in ${region}.`
        : `The app's subnets lose ${region}, S3 and all else there.`,
      parameters: isHome ? { scope: 's3' } : { region },
      target,
      s3: { region, delayMs: null },
    }));
  });
}

/** Packets to S3 in the app's own region delayed while S3 is slow and not cut. */
export function slowItems(input: ItemInput, cuts: readonly FisItem[]): FisItem[] {
  const { aws, windows, appRegion, incidentMs, gridMs } = input;
  if (aws.platform === undefined) return [];
  const isCut = (atMs: number): boolean =>
    cuts.some(({ s3, fromMs, toMs }) => s3?.region === appRegion && fromMs <= atMs && atMs < toMs);
  const slow = stretches(incidentMs, gridMs, (atMs) => {
    const delayMs = Math.round(usualDelayMs(windows, appRegion, atMs));
    return delayMs === 0 || isCut(atMs) ? null : delayMs;
  });
  const { platform } = aws;
  const slowed = ({ fromMs, toMs, value }: (typeof slow)[number]): FisItem => {
    const common = { name: 'slow-s3', region: appRegion, fromMs, toMs, s3: { region: appRegion, delayMs: value } };
    const description = `Packets between the app and S3 in ${appRegion} are delayed by ${value} ms.`;
    const network = { delayMilliseconds: String(value), jitterMilliseconds: '0', sources: 'S3' };
    if ('ecs' in platform) {
      return {
        ...common,
        description,
        actionId: 'aws:ecs:task-network-latency',
        parameters: network,
        target: appTarget(aws),
      };
    }
    if ('eks' in platform) {
      const parameters = { ...network, kubernetesServiceAccount: platform.eks.serviceAccount };
      return { ...common, description, actionId: 'aws:eks:pod-network-latency', parameters, target: appTarget(aws) };
    }
    const document = {
      DurationSeconds: String((toMs - fromMs) / 1_000),
      DelayMilliseconds: String(value),
      JitterMilliseconds: '0',
      Sources: 'S3',
      InstallDependencies: 'True',
    };
    const parameters = {
      documentArn: `arn:aws:ssm:${appRegion}::document/AWSFIS-Run-Network-Latency-Sources`,
      documentParameters: JSON.stringify(document),
    };
    return { ...common, description, actionId: 'aws:ssm:send-command', parameters, target: appTarget(aws) };
  };
  return slow.map(slowed);
}

/** What the app runs on, as the target of an action. @param one only one of them */
export function appTarget({ platform }: AwsSetup, one = false): FisItem['target'] {
  const selectionMode = one ? 'COUNT(1)' : 'ALL';
  const name = one ? 'app-one' : 'app-all';
  if (platform === undefined) return null;
  if ('ec2' in platform) {
    return { key: 'Instances', name, target: targetOf('aws:ec2:instance', platform.ec2, selectionMode) };
  }
  if ('ecs' in platform) {
    const target = { resourceType: 'aws:ecs:task', selectionMode, parameters: platform.ecs };
    return { key: 'Tasks', name, target };
  }
  const { cluster, namespace, selector } = platform.eks;
  const parameters = {
    clusterIdentifier: cluster,
    namespace,
    selectorType: 'labelSelector',
    selectorValue: selector,
  };
  return { key: 'Pods', name, target: { resourceType: 'aws:eks:pod', selectionMode, parameters } };
}

/** The parameter `duration` of an item, where its action takes one. */
export const durationParameter = ({ instant, fromMs, toMs }: FisItem): Readonly<Record<string, string>> =>
  instant === true ? {} : { duration: formatIsoDuration(toMs - fromMs) };
