import { stringify } from 'yaml';
import type { CarriedFile } from './carried-files.ts';

/** A game day in a cluster. */
export interface ClusterJob {
  /** Of the app: names everything. */
  readonly name: string;
  /** Its name, or its path below the target's folder, where it is carried along. */
  readonly scenario: string;
  readonly gate: string;
  /** Five fields; null for a Job that runs once. */
  readonly cron: string | null;
  /** The app's container image. */
  readonly appImage: string;
  /** What `chaos` runs in: Node 20, 22 or 24 with npm. */
  readonly gamedayImage: string;
  readonly gamedayVersion: string;
  /** Where the app listens. */
  readonly port: number;
  /** Where the injector serves S3's home region; further regions follow, and its control API is on the port before. */
  readonly s3Port: number;
  /** Regions that the run needs, the home region first. */
  readonly regions: readonly string[];
  /** The text of the chaos.yaml. */
  readonly target: string;
  /** What else the target's folder is to have: the scenario's files, a recording. */
  readonly files: readonly CarriedFile[];
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A name as Kubernetes takes them (RFC 1123), short enough for what is put behind it. */
const clusterName = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40) || 'app';

const hardened = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  runAsUser: 1000,
  seccompProfile: { type: 'RuntimeDefault' },
};

/** The objects to apply, in this order: the chaos.yaml and what goes with it as a ConfigMap, and the Job or CronJob. */
function clusterObjects(job: ClusterJob): readonly Readonly<Record<string, unknown>>[] {
  const name = `${clusterName(job.name)}-gameday`;
  const metadata = { name, labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'gameday' } };
  const data = { 'chaos.yaml': job.target, ...Object.fromEntries(job.files.map(({ key, text }) => [key, text])) };
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
  const once = {
    // A game day is never tried again by itself: a bad grade is a result.
    backoffLimit: 0,
    activeDeadlineSeconds: 1_800,
    ttlSecondsAfterFinished: 604_800,
    template: { metadata: { labels: metadata.labels }, spec: podSpec(job, name) },
  };
  if (job.cron === null) return [config, { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: once }];
  const spec = {
    schedule: job.cron,
    concurrencyPolicy: 'Forbid',
    startingDeadlineSeconds: 3_600,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 3,
    jobTemplate: { metadata: { labels: metadata.labels }, spec: once },
  };
  return [config, { apiVersion: 'batch/v1', kind: 'CronJob', metadata, spec }];
}

/** Where injector and runner share the token of the control API: in memory, and no other container sees it. */
const TOKEN_FILE = '/run/gameday/token';

/** Where the runner finds the chaos.yaml, and what is carried along with it. */
const TARGET_FOLDER = '/gameday';

/** `chaos` as npm has it, in a container that is to have no rights. */
function chaosContainer({ gamedayImage, gamedayVersion }: ClusterJob, words: readonly string[]) {
  return {
    image: gamedayImage,
    command: ['npx', '--yes', '--package', `@gameday/scenarios@${gamedayVersion}`, 'chaos', ...words],
    env: [
      { name: 'HOME', value: '/tmp' },
      { name: 'CI', value: 'true' },
    ],
    securityContext: hardened,
  };
}

/**
 * The injector, a sidecar in Kubernetes' own sense (an init container that is restarted, 1.29 and newer): it stands
 * before the app starts, and ends with the run.
 */
function injectorSidecar(job: ClusterJob): Readonly<Record<string, unknown>> {
  const regions = job.regions.flatMap((region) => ['--region', region]);
  const ports = ['--port', String(job.s3Port), '--control-port', String(controlPort(job))];
  return {
    name: 'injector',
    ...chaosContainer(job, ['inject', ...regions, ...ports, '--token-file', TOKEN_FILE]),
    restartPolicy: 'Always',
    // The token is written when everything listens. Only loopback does, so that no other probe would reach it.
    startupProbe: { exec: { command: ['test', '-s', TOKEN_FILE] }, periodSeconds: 2, failureThreshold: 150 },
    resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { memory: '1Gi' } },
    volumeMounts: [{ name: 'control', mountPath: '/run/gameday' }],
  };
}

/** The app, a sidecar too, so that the pod ends with the run. */
const appSidecar = ({ appImage, port, s3Port, regions, credentials }: ClusterJob) => ({
  name: 'app',
  image: appImage,
  restartPolicy: 'Always',
  env: [
    { name: 'PORT', value: String(port) },
    { name: 'AWS_ENDPOINT_URL_S3', value: `http://127.0.0.1:${s3Port}` },
    { name: 'AWS_REGION', value: regions[0] ?? '' },
    { name: 'AWS_ACCESS_KEY_ID', value: credentials.accessKeyId },
    { name: 'AWS_SECRET_ACCESS_KEY', value: credentials.secretAccessKey },
  ],
});

/** The runner: what the Job is over with. */
function runnerContainer(job: ClusterJob): Readonly<Record<string, unknown>> {
  const injector = ['--injector', `http://127.0.0.1:${controlPort(job)}`, '--injector-token-file', TOKEN_FILE];
  const target = ['--target', TARGET_FOLDER, '--target-url', `http://127.0.0.1:${job.port}`];
  const container = chaosContainer(job, [
    'run',
    job.files.some(({ path }) => path === job.scenario) ? `${TARGET_FOLDER}/${job.scenario}` : job.scenario,
    ...target,
    ...injector,
    '--gate',
    job.gate,
    '--out',
    '/reports/$(POD_NAME)',
  ]);
  return {
    name: 'gameday',
    ...container,
    // Where a claim keeps the reports, each run needs a folder of its own.
    env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }, ...container.env],
    resources: { requests: { cpu: '500m', memory: '512Mi' }, limits: { memory: '2Gi' } },
    volumeMounts: [
      { name: 'target', mountPath: TARGET_FOLDER, readOnly: true },
      { name: 'reports', mountPath: '/reports' },
      { name: 'control', mountPath: '/run/gameday', readOnly: true },
    ],
  };
}

/** Keys of a ConfigMap have no folders: what is carried along says where it goes. */
const targetVolume = ({ files }: ClusterJob, name: string) => ({
  name: 'target',
  configMap:
    files.length === 0
      ? { name }
      : { name, items: [{ key: 'chaos.yaml', path: 'chaos.yaml' }, ...files.map(({ key, path }) => ({ key, path }))] },
});

const controlPort = ({ s3Port }: ClusterJob): number => s3Port - 1;

/** One pod, one loopback: the app finds S3 at the injector beside it, and the runner finds both. */
const podSpec = (job: ClusterJob, name: string): Readonly<Record<string, unknown>> => ({
  restartPolicy: 'Never',
  automountServiceAccountToken: false,
  initContainers: [injectorSidecar(job), appSidecar(job)],
  containers: [runnerContainer(job)],
  volumes: [
    targetVolume(job, name),
    // Replace it by a claim to keep the reports; the log has the summary either way.
    { name: 'reports', emptyDir: {} },
    { name: 'control', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
  ],
});

/** As `kubectl apply -f` takes them. */
export const clusterManifest = (job: ClusterJob): string =>
  clusterObjects(job)
    .map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }))
    .join('---\n');
