import type { ControlStatus } from '@gameday/injector';

/**
 * Regions whose S3 is not Gameday's own.
 * @param elsewhere what the injector in another process said of itself: it is what knows then
 */
export const foreignRegions = (
  upstreams: ReadonlyMap<string, string>,
  elsewhere: ControlStatus | null,
): readonly string[] =>
  elsewhere === null
    ? [...upstreams.keys()]
    : Object.entries(elsewhere.upstreams).flatMap(([region, url]) => (url === null ? [] : [region]));
