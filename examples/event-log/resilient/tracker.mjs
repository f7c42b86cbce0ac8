// One region's tracker. A click is acknowledged when it is on its disk; S3 gets it afterwards.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { HttpError, json, serve } from '../../shared/http.mjs';
import { openBucket } from '../../shared/s3.mjs';
import { openClickLog } from './click-log.mjs';
import { readSwitches } from './switches.mjs';
import { keyOf, startUploader } from './uploader.mjs';

const [disk, switchFile] = process.argv.slice(2);
const CAP = 1_000_000;
const DEADLINE_MS = 1_000;
const buckets = {
  primary: openBucket({ bucket: 'clicks-us-east-1', region: 'us-east-1', deadlineMs: DEADLINE_MS }),
  failover: openBucket({ bucket: 'clicks-us-west-2', region: 'us-west-2', deadlineMs: DEADLINE_MS }),
};
const log = await openClickLog(disk);
const wanted = () => readSwitches(switchFile).bucket;
const uploader = startUploader({ log, buckets, wanted, failureLog: join(disk, 'failures.log') });
/** What the other regions' trackers have counted, as last heard: old figures are better than none. */
let countedElsewhere = {};

/** Takes a click unless its campaign's cap is reached: then nobody may be charged for it. */
async function take(click) {
  const counted = (log.counts()[click.campaign] ?? 0) + (countedElsewhere[click.campaign] ?? 0);
  if (counted >= CAP) throw new HttpError(429, 'the campaign is full');
  await log.append(click);
  return { status: 202 };
}

/** From the own disk, else from the bucket in use, else from the other one. */
async function lookUp(id) {
  const own = await log.read(id);
  if (own !== null) return own;
  const first = wanted();
  for (const name of [first, first === 'primary' ? 'failover' : 'primary']) {
    const click = await buckets[name].get(keyOf(id)).catch(() => undefined);
    if (click === undefined) throw new HttpError(503, `${name} bucket does not answer`);
    if (click !== null) return click;
  }
  throw new HttpError(404, 'no such click');
}

const port = await serve(0, {
  'GET /status': () => json({ counts: log.counts(), ...uploader.health() }),
  'GET /counts': () => json(log.counts()),
  'PUT /counted-elsewhere': ({ body }) => {
    countedElsewhere = JSON.parse(body.toString());
    return { status: 204 };
  },
  'GET /own/:id': async ({ id }) => {
    const click = await log.read(id);
    return click === null ? { status: 404 } : { status: 200, body: click };
  },
  'GET /clicks/:id': async ({ id }) => ({ status: 200, body: await lookUp(id) }),
  'PUT /clicks/:id': ({ id, body }) => take({ id, campaign: 'house', body }),
  'POST /campaigns/:id': ({ id: campaign, body }) => take({ id: randomUUID(), campaign, body }),
});
process.send({ port });
process.on('disconnect', () => process.exit(0));
