// A site whose pages lie in S3. Reads go where the name leads; writes go home, or, in the form that shows why they should
// not, where the name leads too.
import { HttpError, serve } from '../shared/http.mjs';
import { openBucket } from '../shared/s3.mjs';
import { startNameServer } from './name-server.mjs';
import { bucketOf, HOME, keyOf } from './regions.mjs';
import { setUp } from './set-up.mjs';
import { openSiteName } from './site-name.mjs';

const DEADLINE_MS = 900;
/** So many writes failed in a row, and the next ones are refused at once, but for one now and then. */
const FAILURES_MAX = 3;
const TRY_AGAIN_MS = 500;

/** @param {{ writes: 'go home' | 'follow the name' }} options */
export async function startSite({ writes }) {
  await setUp().catch((error) => console.error(`set-up: ${error.message}; going on with what there is`));
  const siteName = openSiteName({ nameServerPort: await startNameServer(), deadlineMs: DEADLINE_MS });
  const home = { region: HOME, bucket: openBucket({ bucket: bucketOf(HOME), region: HOME, deadlineMs: DEADLINE_MS }) };
  let failures = 0;
  let triedAt = 0;

  /** From where the name leads; once more where it leads by then. */
  async function getPage(id) {
    const first = await siteName.resolve();
    try {
      return { region: first.region, page: await first.bucket.get(keyOf(id)) };
    } catch {
      siteName.forget();
      const { region, bucket } = await siteName.resolve();
      return { region, page: await bucket.get(keyOf(id)).catch(sayUnavailable) };
    }
  }
  async function read(id) {
    const { region, page } = await getPage(id);
    if (page !== null) return { status: 200, body: page, headers: { 'content-type': 'text/html' } };
    // The copy may be behind. "Not here" is no "does not exist".
    if (region !== HOME) throw new HttpError(503, 'not copied yet; ask again later');
    throw new HttpError(404, 'no such page');
  }
  async function write(id, body) {
    if (failures >= FAILURES_MAX && Date.now() - triedAt < TRY_AGAIN_MS) throw new HttpError(503, 'read only for now');
    triedAt = Date.now();
    const { bucket } = writes === 'go home' ? home : await siteName.resolve();
    try {
      await bucket.put(keyOf(id), body);
      failures = 0;
      return { status: 201 };
    } catch (error) {
      failures += 1;
      return sayUnavailable(error);
    }
  }
  await serve(Number(process.env.PORT), {
    'GET /healthz': () => ({ status: 200 }),
    'GET /about': () => ({ status: 200, body: 'needs no S3\n' }),
    'GET /pages/:id': ({ id }) => read(id),
    'PUT /pages/:id': ({ id, body }) => write(id, body),
  });
}

/** @returns {never} */
function sayUnavailable(error) {
  throw new HttpError(503, error.name);
}
