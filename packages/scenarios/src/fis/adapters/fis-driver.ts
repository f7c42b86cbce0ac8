import { createHash } from 'node:crypto';
import type { FisTemplate } from '../core/compile-templates.ts';
import { isEnded, type ExperimentPlace, type ExperimentReading, type FisAccess } from './fis-access.ts';
import type { FisGuardian } from './fis-guardian-link.ts';

/** A template that stands in the account. */
export interface AppliedTemplate extends ExperimentPlace {
  readonly template: FisTemplate;
  readonly made: boolean;
}

/** Something that the driver did, or saw change. */
export interface FisChange {
  readonly region: string;
  /** `EXP…` or `EXT…`. */
  readonly id: string;
  readonly what: string;
}

export class FisRefusal extends Error {
  override readonly name = 'FisRefusal';
}

const digestOf = (template: FisTemplate): string =>
  createHash('sha256').update(JSON.stringify(template.body)).digest('hex').slice(0, 24);

/** How long a stop is tried, and how long one waits between two looks. */
const STOP_MS = 120_000;

/** Makes, starts and stops experiments, and tells of every change. */
export class FisDriver {
  readonly #access: FisAccess;
  readonly #guardian: FisGuardian | null;
  readonly #onChange: (change: FisChange) => void;
  readonly #lookMs: number;
  readonly #active = new Map<string, ExperimentPlace>();
  readonly #told = new Map<string, string>();

  constructor(access: FisAccess, guardian: FisGuardian | null, onChange: (change: FisChange) => void) {
    this.#access = access;
    this.#guardian = guardian;
    this.#onChange = onChange;
    this.#lookMs = access.isLocal ? 100 : 2_000;
  }

  /** Milliseconds between two looks at an experiment. */
  get lookMs(): number {
    return this.#lookMs;
  }

  /** @throws {FisRefusal} where the credentials are of another account than the one that was armed */
  async checkAccount(armed: string, regions: readonly string[]): Promise<void> {
    for (const region of new Set(regions)) {
      const account = await this.#access.account(region);
      if (account === armed) continue;
      const whose =
        account === null ? 'FIS does not say whose credentials these are' : `these credentials are of ${account}`;
      throw new FisRefusal(`--arm ${armed}: ${whose}, in ${region}; nothing was touched`);
    }
  }

  /** Makes what is missing, keeps what is as planned, and takes away what has changed. */
  async apply(templates: readonly FisTemplate[]): Promise<AppliedTemplate[]> {
    const applied: AppliedTemplate[] = [];
    for (const template of templates) {
      const { region, name, body } = template;
      const digest = digestOf(template);
      const same = (await this.#access.templates(region)).filter((one) => one.template === name);
      const kept = same.find((one) => one.digest === digest);
      for (const old of same) if (old !== kept) await this.#delete(old);
      if (kept === undefined) {
        const tagged = { ...body, tags: { ...body.tags, 'gameday:digest': digest } };
        const id = await this.#access.create(region, tagged, `gameday-${name}-${digest}`);
        this.#onChange({ region, id, what: `template ${name} made` });
        applied.push({ id, region, template, made: true });
      } else applied.push({ id: kept.id, region, template, made: false });
    }
    return applied;
  }

  /**
   * Lets FIS find the targets without doing anything to them.
   * @throws {FisRefusal} where it finds none, or refuses
   */
  async preview(
    { id, region, template }: AppliedTemplate,
    token: string,
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    const experiment = await this.#access.start(region, id, `${token}-preview`, tagsOf(template), true);
    const place = { id: experiment, region };
    this.#guard(place);
    let reading = await this.#access.read(place);
    while (!isEnded(reading.status)) {
      // An endpoint that does not know previews would do it in earnest: nothing may ever run here.
      if (Object.values(reading.actions).some((status) => status === 'running')) {
        await this.stopAll();
        throw new FisRefusal(`the preview ${experiment} began to act and was stopped: this FIS knows no skip-all`);
      }
      await pause(this.#lookMs);
      reading = await this.#access.read(place);
    }
    this.#forget(place);
    this.#onChange({ region, id: experiment, what: `preview of ${template.name} ${reading.status}` });
    if (reading.status !== 'completed') {
      throw new FisRefusal(`the preview of ${template.name} ${reading.status}: ${reading.reason}`);
    }
    return this.#access.resolved(place);
  }

  async start({ id, region, template }: AppliedTemplate, token: string): Promise<ExperimentPlace> {
    const place = { id: await this.#access.start(region, id, token, tagsOf(template)), region };
    this.#guard(place);
    this.#onChange({ region, id: place.id, what: `experiment of ${template.name} started` });
    return place;
  }

  /** Looks at an experiment, and tells where anything of it has changed. */
  async look(place: ExperimentPlace): Promise<ExperimentReading> {
    const reading = await this.#access.read(place);
    const actions = Object.entries(reading.actions)
      .filter(([, status]) => status !== 'pending')
      .map(([name, status]) => `${name} ${status}`);
    const why = reading.reason === '' ? '' : ` (${reading.reason})`;
    const what = `experiment ${reading.status}${why}${actions.length === 0 ? '' : `: ${actions.join(', ')}`}`;
    if (this.#told.get(place.id) !== what) {
      this.#told.set(place.id, what);
      this.#onChange({ ...place, what });
    }
    if (isEnded(reading.status)) this.#forget(place);
    return reading;
  }

  /** Stops every experiment that this driver started, and waits until each is over. @throws {FisRefusal} where one will not */
  async stopAll(): Promise<void> {
    await Promise.all([...this.#active.values()].map((place) => this.#stop(place)));
  }

  async #stop(place: ExperimentPlace): Promise<void> {
    const giveUp = AbortSignal.timeout(STOP_MS);
    for (let last = ''; !giveUp.aborted; await pause(this.#lookMs)) {
      try {
        const { status } = await this.look(place);
        if (isEnded(status)) return;
        if (status !== 'stopping') await this.#access.stop(place);
      } catch (error) {
        // Unreachable for now, or over meanwhile: the next look tells.
        const what = `stopping failed, trying again: ${error instanceof Error ? error.message : String(error)}`;
        if (what !== last) this.#onChange({ ...place, what });
        last = what;
      }
    }
    throw new FisRefusal(
      `${place.id} in ${place.region} could not be stopped: stop it by hand, or engage the safety lever`,
    );
  }

  async #delete(place: ExperimentPlace): Promise<void> {
    await this.#access.delete(place);
    this.#onChange({ ...place, what: 'template deleted' });
  }

  #guard(place: ExperimentPlace): void {
    this.#active.set(place.id, place);
    this.#guardian?.watch([...this.#active.values()]);
  }

  #forget(place: ExperimentPlace): void {
    if (this.#active.delete(place.id)) this.#guardian?.watch([...this.#active.values()]);
  }
}

const tagsOf = ({ body }: FisTemplate): Record<string, string> => ({ ...body.tags });

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
