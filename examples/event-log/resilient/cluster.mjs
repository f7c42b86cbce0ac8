// The trackers of two regions, the router before them, and the control room. In life each has machines of its own; here
// they are processes, and a folder is a disk.
import { fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { HttpError, json, serve } from '../../shared/http.mjs';
import { diskOf } from '../../shared/servers.mjs';
import { startControlRoom, sumCounts } from './control-room.mjs';
import { readSwitches, throwSwitches } from './switches.mjs';

const REGIONS = ['us-east-1', 'us-west-2'];
const disk = await diskOf('event-log');
const switchFile = join(disk, 'switches.json');
throwSwitches(switchFile, { bucket: 'primary', traffic: REGIONS });

/** A tracker that is started again whenever it ends. */
async function keepTracker(region) {
  const own = join(disk, region);
  mkdirSync(own, { recursive: true });
  let url = null;
  const start = () =>
    new Promise((resolve) => {
      const child = fork(join(import.meta.dirname, 'tracker.mjs'), [own, switchFile]);
      child.once('message', ({ port }) => resolve((url = `http://127.0.0.1:${port}`)));
      child.once('exit', () => {
        url = null;
        setTimeout(() => void start(), 200);
      });
    });
  await start();
  return { url: () => url };
}

const trackers = new Map(await Promise.all(REGIONS.map(async (region) => [region, await keepTracker(region)])));
startControlRoom(switchFile, trackers);

/** Asks the trackers of some regions one after the other, until one has an answer. */
async function ask(regions, path, options) {
  let last = new HttpError(503, 'no tracker answers');
  for (const region of regions) {
    const url = trackers.get(region).url();
    if (url === null) continue;
    try {
      const answer = await fetch(`${url}${path}`, { ...options, signal: AbortSignal.timeout(1_500) });
      if (answer.ok) return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
      last = new HttpError(answer.status, await answer.text());
    } catch (error) {
      last = new HttpError(502, `${region}: ${error.message}`);
    }
  }
  throw last;
}

/** The regions that take traffic now, in an order that spreads ids over them. */
function inUse(id) {
  const { traffic } = readSwitches(switchFile);
  const first = [...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % traffic.length;
  return [...traffic.slice(first), ...traffic.slice(0, first)];
}

/** What each region has counted, as last heard. @type {Map<string, Record<string, number>>} */
const counts = new Map();

/** The clicks of a campaign in all regions. A tracker that is just being started counts with what it said last. */
async function clicksOf(campaign) {
  const hear = async (region) => {
    const answer = await ask([region], '/counts', {}).catch(() => null);
    if (answer !== null) counts.set(region, JSON.parse(answer.body.toString()));
  };
  await Promise.all(REGIONS.map(hear));
  return sumCounts([...counts.values()])[campaign] ?? 0;
}

await serve(Number(process.env.PORT), {
  'GET /healthz': () => ({ status: 200 }),
  'GET /campaigns/:id': async ({ id }) => json({ campaign: id, clicks: await clicksOf(id) }),
  // Asked of one tracker only: a click that is counted twice is charged twice.
  'POST /campaigns/:id': ({ id, path, body }) => ask(inUse(id).slice(0, 1), path, { method: 'POST', body }),
  'PUT /clicks/:id': ({ id, path, body }) => ask(inUse(id), path, { method: 'PUT', body }),
  // Whoever has it on its own disk needs no S3 to answer.
  'GET /clicks/:id': ({ id, path }) =>
    ask(inUse(id).concat(REGIONS), `/own/${id}`, {}).catch(() => ask(inUse(id), path, {})),
});
