import { z } from 'zod';
import type { ReplicationScope, Store } from '../store/index.ts';
import { Refusal } from './answers.ts';

const name = z.string().min(1).optional();

/** What `PUT /replication` takes. */
export const pausedReplicationSchema = z.strictObject({
  paused: z
    .array(
      z.strictObject({
        sourceBucket: name,
        sourceRegion: name,
        destinationBucket: name,
        destinationRegion: name,
      }),
    )
    .describe('Which replication stands still, in place of what stood still before; what is left out means any.'),
});

/** The embedded S3 behind an injector: the only one whose replication can be paused. */
export type OwnStore = Pick<Store, 'endpoints' | 'replication'>;

/** What of the embedded S3's replication stands still. */
export class PausedReplication {
  readonly #store: OwnStore | null;
  readonly #upstreams: ReadonlyMap<string, string>;
  #resumes: readonly (() => void)[] = [];

  /** @param upstreams the S3 behind each region */
  constructor(store: OwnStore | null, upstreams: ReadonlyMap<string, string>) {
    this.#store = store;
    this.#upstreams = upstreams;
  }

  /** The S3 behind each region; null where it is the store of this process. */
  get upstreams(): Readonly<Record<string, string | null>> {
    return Object.fromEntries([...this.#upstreams].map(([region, url]) => [region, this.#isOwn(region) ? null : url]));
  }

  /** How many scopes stand still. */
  get size(): number {
    return this.#resumes.length;
  }

  /**
   * Pauses these scopes in place of those before.
   * @throws {Refusal} 409 where it cannot be done: a region that a scope names, or may mean, is not the store's
   */
  set(scopes: readonly ReplicationScope[]): void {
    const foreign = [...this.#upstreams.keys()].filter((region) => !this.#isOwn(region));
    for (const { sourceRegion, destinationRegion } of scopes) {
      const meant = sourceRegion === undefined ? foreign : [sourceRegion, destinationRegion ?? sourceRegion];
      const stranger = meant.find((region) => !this.#isOwn(region));
      if (stranger === undefined) continue;
      throw new Refusal(409, `not possible: the S3 of ${stranger} is not the injector's own`);
    }
    const before = this.#resumes;
    const { replication } = this.#store ?? {};
    // The new ones first, so that nothing runs between.
    this.#resumes = replication === undefined ? [] : scopes.map((scope) => replication.pause(scope));
    for (const resume of before) resume();
  }

  #isOwn(region: string): boolean {
    const own = this.#store?.endpoints.get(region);
    return own !== undefined && own === this.#upstreams.get(region);
  }
}
