// Every request takes the next region. One that fails costs another attempt in the region after it, at most one a region;
// when all have failed the request does. So each region is proven all day long, not only when it is needed.

/** @typedef {{ put: (key: string, body: Buffer) => Promise<unknown>, get: (key: string) => Promise<Buffer | null> }} Bucket */

/** Every region has failed the same request. */
class AllRegionsFailed extends AggregateError {
  name = 'AllRegionsFailed';
}

/**
 * @param {ReadonlyMap<string, Bucket>} buckets by region
 * @param {(region: string, failing: boolean) => void} report told how each attempt went
 */
export function rotateOver(buckets, report) {
  const regions = [...buckets.keys()];
  // Each server begins elsewhere.
  let turn = Math.floor(Math.random() * regions.length);

  /** Asks region after region until one has a result that will do. */
  async function inTurn(ask, willDo) {
    const first = turn;
    turn = (turn + 1) % regions.length;
    const errors = [];
    for (const [index] of regions.entries()) {
      const region = regions[(first + index) % regions.length];
      try {
        const result = await ask(buckets.get(region));
        report(region, false);
        if (willDo(result)) return result;
      } catch (error) {
        report(region, true);
        errors.push(error);
      }
    }
    // What no region has does not exist, but one that failed might have it.
    if (errors.length === 0) return null;
    throw new AllRegionsFailed(errors, `${errors.length} regions failed: ${errors.map(({ name }) => name).join(', ')}`);
  }

  return {
    async put(key, body) {
      await inTurn(
        (bucket) => bucket.put(key, body),
        () => true,
      );
    },
    // A copy takes seconds to reach the other regions: until then one of them says that there is no such prompt.
    get: (key) =>
      inTurn(
        (bucket) => bucket.get(key),
        (prompt) => prompt !== null,
      ),
  };
}
