import { stringify } from 'yaml';

/** A game day in a cluster. */
export interface ClusterJob {
  /** Of the app: names everything. */
  readonly name: string;
  readonly scenario: string;
  readonly gate: string;
  /** Five fields; null for a Job that runs once. */
  readonly cron: string | null;
  /** The app's container image. */
  readonly appImage: string;
  /** What `chaos` runs in: Node 20.19 or newer with npm. */
  readonly gamedayImage: string;
  readonly gamedayVersion: string;
  /** Where the app listens. */
  readonly port: number;
  /** Where the injector serves S3's home region; further regions follow. */
  readonly s3Port: number;
  readonly region: string;
  /** The text of the chaos.yaml. */
  readonly target: string;
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

/** The objects to apply, in this order: the chaos.yaml as a ConfigMap, and the Job or CronJob. */
function clusterObjects(job: ClusterJob): readonly Readonly<Record<string, unknown>>[] {
  const name = `${clusterName(job.name)}-gameday`;
  const metadata = { name, labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'gameday' } };
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'chaos.yaml': job.target } };
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

/**
 * One pod, one loopback: the app finds S3 at the injector beside it, and the runner finds the app. The app is a sidecar
 * in Kubernetes' own sense (an init container that is restarted, 1.29 and newer), so that the pod ends with the run.
 */
function podSpec(
  { credentials, region, s3Port, port, ...job }: ClusterJob,
  name: string,
): Readonly<Record<string, unknown>> {
  const run = ['npx', '--yes', '--package', `@gameday/scenarios@${job.gamedayVersion}`, 'chaos', 'run', job.scenario];
  const where = ['--target', '/gameday', '--target-url', `http://127.0.0.1:${port}`, '--s3-port', String(s3Port)];
  return {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    initContainers: [
      {
        name: 'app',
        image: job.appImage,
        restartPolicy: 'Always',
        env: [
          { name: 'PORT', value: String(port) },
          { name: 'AWS_ENDPOINT_URL_S3', value: `http://127.0.0.1:${s3Port}` },
          { name: 'AWS_REGION', value: region },
          { name: 'AWS_ACCESS_KEY_ID', value: credentials.accessKeyId },
          { name: 'AWS_SECRET_ACCESS_KEY', value: credentials.secretAccessKey },
        ],
      },
    ],
    containers: [
      {
        name: 'gameday',
        image: job.gamedayImage,
        command: [...run, ...where, '--gate', job.gate, '--out', '/reports/$(POD_NAME)'],
        env: [
          // Where a claim keeps the reports, each run needs a folder of its own.
          { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'HOME', value: '/tmp' },
          { name: 'CI', value: 'true' },
        ],
        resources: { requests: { cpu: '500m', memory: '512Mi' }, limits: { memory: '2Gi' } },
        securityContext: hardened,
        volumeMounts: [
          { name: 'target', mountPath: '/gameday', readOnly: true },
          { name: 'reports', mountPath: '/reports' },
        ],
      },
    ],
    volumes: [
      { name: 'target', configMap: { name } },
      // Replace it by a claim to keep the reports; the log has the summary either way.
      { name: 'reports', emptyDir: {} },
    ],
  };
}

/** As `kubectl apply -f` takes them. */
export const clusterManifest = (job: ClusterJob): string =>
  clusterObjects(job)
    .map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }))
    .join('---\n');
