import {
  CreateExperimentTemplateCommand,
  DeleteExperimentTemplateCommand,
  FisClient,
  GetExperimentCommand,
  ListActionsCommand,
  ListExperimentResolvedTargetsCommand,
  ListExperimentsCommand,
  ListExperimentTemplatesCommand,
  StartExperimentCommand,
  StopExperimentCommand,
  type Experiment,
} from '@aws-sdk/client-fis';
import { isRecord } from '../../core/source/schema-words.ts';
import { EMBEDDED_CREDENTIALS } from '../../adapters/s3-behind.ts';
import { accountOfArn } from '../core/arns.ts';
import type { TemplateBody } from '../core/template-body.ts';

/** An experiment of ours, as far as one needs to know to stop it. */
export interface ExperimentPlace {
  readonly id: string;
  readonly region: string;
}

/** An experiment's state, and that of each of its actions. */
export interface ExperimentReading {
  readonly id: string;
  readonly status: string;
  readonly reason: string;
  readonly actions: Readonly<Record<string, string>>;
}

export interface ListedExperiment extends ExperimentPlace {
  readonly status: string;
  readonly scenario: string;
  readonly template: string;
}

export interface ListedTemplate extends ExperimentPlace {
  readonly scenario: string;
  readonly template: string;
  readonly digest: string;
}

const LOOPBACK = /^https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::|\/|$)/;
const CALL_MS = 10_000;

/** FIS through AWS's own client: in an account, or at the local endpoint. */
export class FisAccess {
  readonly #endpoint: string | null;
  readonly #clients = new Map<string, FisClient>();

  /** @param endpoint null for AWS; with a local one no credentials of the user's are touched */
  constructor(endpoint: string | null) {
    this.#endpoint = endpoint;
  }

  get isLocal(): boolean {
    return this.#endpoint !== null && LOOPBACK.test(this.#endpoint);
  }

  /** The account that the credentials are of, asked of FIS itself. Null where its answer does not say. */
  async account(region: string): Promise<string | null> {
    const { actions = [] } = await this.#in(region).send(new ListActionsCommand({ maxResults: 1 }), until());
    // The types of this version of the client do not know the ARN; its answers have it.
    const [first]: readonly unknown[] = actions;
    return isRecord(first) ? accountOfArn(String(first['arn'])) : null;
  }

  /** @param token the same for the same template, so that a second try makes no second one */
  async create(region: string, body: TemplateBody, token: string): Promise<string> {
    const { experimentReportConfiguration: _report, tags = {}, ...rest } = body;
    const command = new CreateExperimentTemplateCommand({ ...withoutUndefined(rest), tags, clientToken: token });
    // This version of the client knows no reports, and drops what it does not know.
    addToBody(
      command,
      body.experimentReportConfiguration === undefined
        ? {}
        : { experimentReportConfiguration: body.experimentReportConfiguration },
    );
    const { experimentTemplate } = await this.#in(region).send(command, until());
    return experimentTemplate?.id ?? '';
  }

  async delete({ id, region }: ExperimentPlace): Promise<void> {
    await this.#in(region).send(new DeleteExperimentTemplateCommand({ id }), until());
  }

  async start(
    region: string,
    templateId: string,
    token: string,
    tags: Readonly<Record<string, string>>,
    preview = false,
  ): Promise<string> {
    const command = new StartExperimentCommand({ experimentTemplateId: templateId, clientToken: token, tags });
    if (preview) addToBody(command, { experimentOptions: { actionsMode: 'skip-all' } });
    const { experiment } = await this.#in(region).send(command, until());
    return experiment?.id ?? '';
  }

  async stop({ id, region }: ExperimentPlace): Promise<void> {
    await this.#in(region).send(new StopExperimentCommand({ id }), until());
  }

  async read({ id, region }: ExperimentPlace): Promise<ExperimentReading> {
    const { experiment } = await this.#in(region).send(new GetExperimentCommand({ id }), until());
    return readingOf(id, experiment);
  }

  /** The ARNs that a target was resolved to, by the target's name. */
  async resolved({ id, region }: ExperimentPlace): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = new Map<string, string[]>();
    let nextToken: string | undefined;
    do {
      const page = await this.#in(region).send(
        new ListExperimentResolvedTargetsCommand({
          experimentId: id,
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
        until(),
      );
      for (const { targetName = '', targetInformation = {} } of page.resolvedTargets ?? []) {
        found.set(targetName, [...(found.get(targetName) ?? []), Object.values(targetInformation).join(' ')]);
      }
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return found;
  }

  /** Every template of ours in a region. */
  async templates(region: string): Promise<ListedTemplate[]> {
    const found: ListedTemplate[] = [];
    let nextToken: string | undefined;
    do {
      const page = await this.#in(region).send(
        new ListExperimentTemplatesCommand(nextToken === undefined ? {} : { nextToken }),
        until(),
      );
      for (const { id = '', tags = {} } of page.experimentTemplates ?? []) {
        const { 'gameday:scenario': scenario, 'gameday:template': template, 'gameday:digest': digest } = tags;
        if (scenario === undefined || template === undefined) continue;
        found.push({ id, region, scenario, template, digest: digest ?? '' });
      }
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return found;
  }

  /** Every experiment of ours in a region. */
  async experiments(region: string): Promise<ListedExperiment[]> {
    const found: ListedExperiment[] = [];
    let nextToken: string | undefined;
    do {
      const page = await this.#in(region).send(
        new ListExperimentsCommand(nextToken === undefined ? {} : { nextToken }),
        until(),
      );
      for (const { id = '', tags = {}, state } of page.experiments ?? []) {
        const { 'gameday:scenario': scenario, 'gameday:template': template = '' } = tags;
        if (scenario !== undefined) found.push({ id, region, scenario, template, status: state?.status ?? '' });
      }
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return found;
  }

  close(): void {
    for (const client of this.#clients.values()) client.destroy();
  }

  #in(region: string): FisClient {
    const known = this.#clients.get(region);
    if (known !== undefined) return known;
    const client = new FisClient({
      region,
      ...(this.#endpoint === null ? {} : { endpoint: this.#endpoint }),
      ...(this.isLocal ? { credentials: EMBEDDED_CREDENTIALS } : {}),
    });
    this.#clients.set(region, client);
    return client;
  }
}

const until = (): { readonly abortSignal: AbortSignal } => ({ abortSignal: AbortSignal.timeout(CALL_MS) });

export const isEnded = (status: string): boolean => ['completed', 'stopped', 'failed', 'cancelled'].includes(status);

function readingOf(id: string, experiment: Experiment | undefined): ExperimentReading {
  const actions = Object.entries(experiment?.actions ?? {}).map(([name, { state }]) => [name, state?.status ?? '']);
  const { status = '', reason = '' } = experiment?.state ?? {};
  return { id, status, reason, actions: Object.fromEntries(actions) };
}

/** The client's types want members left out rather than undefined. */
function withoutUndefined(body: Omit<TemplateBody, 'tags' | 'experimentReportConfiguration'>) {
  const { description, targets, actions, stopConditions, roleArn, logConfiguration, experimentOptions } = body;
  return {
    description,
    stopConditions: stopConditions.map(({ source, value }) => (value === undefined ? { source } : { source, value })),
    roleArn,
    actions: Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, defined(action)])),
    ...(targets === undefined
      ? {}
      : { targets: Object.fromEntries(Object.entries(targets).map(([name, target]) => [name, defined(target)])) }),
    ...(logConfiguration === undefined ? {} : { logConfiguration: logsOf(logConfiguration) }),
    ...(experimentOptions === undefined ? {} : { experimentOptions: defined(experimentOptions) }),
  };
}

function logsOf({
  logSchemaVersion,
  cloudWatchLogsConfiguration,
  s3Configuration,
}: NonNullable<TemplateBody['logConfiguration']>) {
  return {
    logSchemaVersion,
    ...(cloudWatchLogsConfiguration === undefined ? {} : { cloudWatchLogsConfiguration }),
    ...(s3Configuration === undefined ? {} : { s3Configuration: { bucketName: '', ...defined(s3Configuration) } }),
  };
}

type Defined<Value> = { [Key in keyof Value]: Exclude<Value[Key], undefined> };

function defined<Value extends object>(value: Value): Defined<Value>;
function defined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}

interface BodyStep {
  readonly middlewareStack: {
    add(
      middleware: (next: (args: never) => Promise<never>) => (args: never) => Promise<never>,
      options: { readonly step: 'build'; readonly name: string; readonly priority: 'high' },
    ): void;
  };
}

/** Adds members to the JSON that a command sends. */
function addToBody(command: object, more: Readonly<Record<string, unknown>>): void {
  if (Object.keys(more).length === 0 || !hasStack(command)) return;
  command.middlewareStack.add(
    (next) => (args) => {
      const { request } = args as { readonly request?: unknown };
      if (isRecord(request) && typeof request['body'] === 'string') {
        const body: unknown = JSON.parse(request['body']);
        if (isRecord(body)) Object.assign(request, { body: JSON.stringify({ ...body, ...more }) });
      }
      return next(args);
    },
    { step: 'build', name: 'gamedayBody', priority: 'high' },
  );
}

const hasStack = (command: object): command is BodyStep => 'middlewareStack' in command;
