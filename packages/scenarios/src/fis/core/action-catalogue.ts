/** A parameter of an action. */
interface CatalogueParameter {
  readonly description: string;
  readonly required: boolean;
}

/** An action that FIS knows. */
export interface CatalogueAction {
  readonly id: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, CatalogueParameter>>;
  /** Types of resources by the name that the action gives its target: `Subnets`. */
  readonly targets: Readonly<Record<string, string>>;
}

const needed = (description: string): CatalogueParameter => ({ description, required: true });
const optional = (description: string): CatalogueParameter => ({ description, required: false });
const duration = needed('How long it lasts, ISO 8601: PT1M to PT12H.');
const subnets = { Subnets: 'aws:ec2:subnet' };
const instances = { Instances: 'aws:ec2:instance' };
const tasks = { Tasks: 'aws:ecs:task' };
const pods = { Pods: 'aws:eks:pod' };

const latency = {
  delayMilliseconds: optional('Delay of each packet, in milliseconds.'),
  jitterMilliseconds: optional('How far the delay varies, in milliseconds.'),
  sources: optional('Where to: addresses, networks, names, DYNAMODB, S3; separated by commas.'),
  installDependencies: optional('Whether to install what it needs.'),
};
const inPods = {
  kubernetesServiceAccount: needed('The service account that FIS acts as in the cluster.'),
  maxErrorsPercent: optional('Share of pods that may fail.'),
};
const apiError = (what: string, name: string): CatalogueAction => ({
  id: `aws:fis:inject-api-${name}`,
  description: `${what} for calls of the target role to an AWS API. FIS does so for ec2 and kinesis, not for s3.`,
  parameters: {
    duration,
    operations: needed('API actions, separated by commas.'),
    percentage: needed('Share of the calls, 1 to 100.'),
    service: needed('ec2 or kinesis.'),
  },
  targets: { Roles: 'aws:iam:role' },
});

/** Actions of AWS that have to do with S3, with an app that loses it, or with time. */
const awsActions: readonly CatalogueAction[] = [
  { id: 'aws:fis:wait', description: 'Waits.', parameters: { duration }, targets: {} },
  apiError('Internal errors', 'internal-error'),
  apiError('Throttling errors', 'throttle-error'),
  apiError('Unavailable errors', 'unavailable-error'),
  {
    id: 'aws:cloudwatch:assert-alarm-state',
    description: 'Verifies that alarms are in one of the given states.',
    parameters: {
      alarmArns: needed('ARNs of up to five alarms, separated by commas.'),
      alarmStates: needed('OK, ALARM, INSUFFICIENT_DATA; separated by commas.'),
    },
    targets: {},
  },
  {
    id: 'aws:network:disrupt-connectivity',
    description:
      'Denies the subnets traffic: all, within a zone, within the VPC, to S3, to DynamoDB or to a prefix list.',
    parameters: {
      duration,
      scope: needed('all, availability-zone, dynamodb, prefix-list, s3 or vpc.'),
      prefixListIdentifier: optional('With the scope prefix-list.'),
    },
    targets: subnets,
  },
  {
    id: 'aws:network:disrupt-vpc-endpoint',
    description: 'Denies traffic to and from interface VPC endpoints.',
    parameters: { duration },
    targets: { VPCEndpoints: 'aws:ec2:vpc-endpoint' },
  },
  {
    id: 'aws:network:route-table-disrupt-cross-region-connectivity',
    description: 'Blocks traffic from the subnets to another region.',
    parameters: { duration, region: needed('The region that can no longer be reached.') },
    targets: subnets,
  },
  {
    id: 'aws:network:transit-gateway-disrupt-cross-region-connectivity',
    description: 'Blocks traffic of transit gateway peerings to another region.',
    parameters: { duration, region: needed('The region that can no longer be reached.') },
    targets: { TransitGateways: 'aws:ec2:transit-gateway' },
  },
  {
    id: 'aws:s3:bucket-pause-replication',
    description: 'Pauses replication from the target buckets to another region.',
    parameters: {
      duration,
      region: needed('Where the destination buckets are.'),
      destinationBuckets: optional('Only to these buckets, separated by commas.'),
      prefixes: optional('Only keys with these prefixes, separated by commas.'),
    },
    targets: { Buckets: 'aws:s3:bucket' },
  },
  {
    id: 'aws:ec2:stop-instances',
    description: 'Stops instances.',
    parameters: {
      startInstancesAfterDuration: optional('Starts them again after so long, ISO 8601.'),
      completeIfInstancesTerminated: optional('Whether it is done when they are terminated meanwhile.'),
    },
    targets: instances,
  },
  { id: 'aws:ec2:reboot-instances', description: 'Reboots instances.', parameters: {}, targets: instances },
  { id: 'aws:ec2:terminate-instances', description: 'Terminates instances.', parameters: {}, targets: instances },
  { id: 'aws:ecs:stop-task', description: 'Stops tasks.', parameters: {}, targets: tasks },
  {
    id: 'aws:ecs:task-network-latency',
    description: 'Delays packets of tasks.',
    parameters: { duration, ...latency, flowsPercent: optional('Share of the network flows.') },
    targets: tasks,
  },
  {
    id: 'aws:eks:pod-delete',
    description: 'Deletes pods.',
    parameters: { ...inPods, gracePeriodSeconds: optional('Seconds to end in an orderly way.') },
    targets: pods,
  },
  {
    id: 'aws:eks:pod-network-latency',
    description: 'Delays packets of pods.',
    parameters: { duration, ...inPods, ...latency, interface: optional('The network interface.') },
    targets: pods,
  },
  {
    id: 'aws:ssm:send-command',
    description: 'Runs a document of Systems Manager on instances.',
    parameters: {
      documentArn: needed('The document.'),
      documentVersion: optional('Its version.'),
      documentParameters: optional('Its parameters as JSON.'),
      duration: needed('How long, ISO 8601.'),
    },
    targets: instances,
  },
];

const whom = {
  region: optional('Whose S3. Default: the region of the experiment.'),
  percentage: optional('Share of the requests, 1 to 100. Default 100.'),
  classes: optional('Only read, write, delete; separated by commas.'),
  operations: optional('Only these S3 operations, separated by commas.'),
  buckets: optional('Only these buckets, separated by commas.'),
  prefixes: optional('Only keys with these prefixes, separated by commas.'),
};

/** Gameday's own actions: only the local endpoint has them, AWS does not. */
const gamedayActions: readonly CatalogueAction[] = [
  {
    id: 'gameday:s3:inject-error',
    description: 'Not of AWS. S3 answers with an error code.',
    parameters: {
      duration,
      code: optional('A code of S3’s, SlowDown for example. Default ServiceUnavailable.'),
      applied: optional('true: the request takes effect first.'),
      ...whom,
    },
    targets: {},
  },
  {
    id: 'gameday:s3:add-latency',
    description: 'Not of AWS. S3 answers late.',
    parameters: { duration, delayMilliseconds: needed('How late.'), ...whom },
    targets: {},
  },
  {
    id: 'gameday:s3:region-blackout',
    description: 'Not of AWS. A region’s S3 as on 28 February 2017: silence, resets and late 503s.',
    parameters: { duration, region: whom.region },
    targets: {},
  },
  {
    id: 'gameday:s3:inject-fault',
    description: 'Not of AWS. Any fault of Gameday, as JSON; docs/faults.md has them all.',
    parameters: { duration, fault: needed('{"kind":"silent"}, without blanks.'), ...whom },
    targets: {},
  },
  {
    id: 'gameday:s3:scenario-phase',
    description: 'Not of AWS. A phase of a scenario, in the time that the action lasts.',
    parameters: {
      duration,
      scenario: needed('A scenario by name.'),
      phase: needed('The id of its phase.'),
      region: optional('What the scenario calls home. Default: the region of the experiment.'),
    },
    targets: {},
  },
];

export const actionCatalogue: ReadonlyMap<string, CatalogueAction> = new Map(
  [...awsActions, ...gamedayActions].toSorted((a, b) => (a.id < b.id ? -1 : 1)).map((action) => [action.id, action]),
);

export interface CatalogueResourceType {
  readonly resourceType: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, CatalogueParameter>>;
}

const resourceTypes: readonly CatalogueResourceType[] = [
  { resourceType: 'aws:ec2:instance', description: 'EC2 instances', parameters: {} },
  {
    resourceType: 'aws:ec2:subnet',
    description: 'Subnets of a VPC',
    parameters: { availabilityZoneIdentifier: optional('A zone.'), vpc: optional('A VPC.') },
  },
  { resourceType: 'aws:ec2:transit-gateway', description: 'Transit gateways', parameters: {} },
  { resourceType: 'aws:ec2:vpc-endpoint', description: 'VPC endpoints', parameters: {} },
  {
    resourceType: 'aws:ecs:task',
    description: 'Tasks of ECS',
    parameters: { cluster: optional('A cluster.'), service: optional('A service of it.') },
  },
  {
    resourceType: 'aws:eks:pod',
    description: 'Pods of EKS',
    parameters: {
      clusterIdentifier: needed('The cluster.'),
      namespace: needed('The namespace.'),
      selectorType: needed('labelSelector, deploymentName or podName.'),
      selectorValue: needed('What is selected.'),
      targetContainerName: optional('A container of the pods.'),
      availabilityZoneIdentifier: optional('A zone.'),
    },
  },
  { resourceType: 'aws:iam:role', description: 'Roles of IAM', parameters: {} },
  { resourceType: 'aws:s3:bucket', description: 'Buckets of S3', parameters: {} },
];

export const resourceTypeCatalogue: ReadonlyMap<string, CatalogueResourceType> = new Map(
  resourceTypes.map((type) => [type.resourceType, type]),
);

/** Whether an action exists in the local endpoint alone. */
export const isLocalAction = (actionId: string): boolean => actionId.startsWith('gameday:');
