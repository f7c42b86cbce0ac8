import { startInjector as startBareInjector, type ExchangeEvent } from '@gameday/injector';
import { injectedWindows, type InjectedFault } from '../core/scenario/injected-fault.ts';
import { s3Access, type S3Access } from './s3-access.ts';

/** Where an injector stands, and whom it tells. */
export interface InjectorOptions {
  /** What it stands before: `startS3()`, or any S3 on loopback. */
  readonly s3: Pick<S3Access, 'endpoints' | 'credentials'>;
  /** Every draw derives from it. Default `1`. */
  readonly seed?: string;
  /** Told of each exchange when it is over; must not throw. */
  readonly onExchange?: (event: ExchangeEvent) => void;
}

/** An injector that runs: reach S3 through it, and break S3 with it. */
export interface S3Injector extends S3Access {
  /**
   * Breaks S3 from now on, in place of what was broken before. Where several faults strike the same exchange the first
   * decides.
   * @throws {InputError} for a fault, an operation or a region that does not exist
   */
  inject(...faults: readonly (string | InjectedFault)[]): void;
  /** Ends every fault now. */
  heal(): void;
  /** How many exchanges the faults of the last `inject` have struck. */
  readonly struck: number;
  /** Heals, then closes. */
  stop(): Promise<void>;
}

/** Starts an injector before an S3, one free loopback port a region, in pass-through. */
export async function startInjector({ s3, seed = '1', onExchange }: InjectorOptions): Promise<S3Injector> {
  const injector = await startBareInjector({
    regions: [...s3.endpoints].map(([region, upstream]) => ({ region, upstream })),
    seed,
    ...(onExchange === undefined ? {} : { onExchange }),
  });
  return {
    ...s3Access(injector.endpoints, s3.credentials),
    inject: (...faults) => injector.start({ windows: injectedWindows(faults, [...s3.endpoints.keys()]) }),
    heal: () => injector.heal(),
    get struck() {
      return [...injector.fired().values()].reduce((sum, count) => sum + count, 0);
    },
    stop: () => injector.stop(),
  };
}
