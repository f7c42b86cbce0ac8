// Draws what the run says of itself, four times a second. Everything shown is set as text, never as markup.
const byId = (id) => document.getElementById(id);
const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 720;
const HEIGHT = 170;
const names = { read: 'Reads', write: 'Writes', control: 'Control (needs no S3)', s3: 'S3' };

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className !== undefined) made.className = className;
  return made;
}

const shape = (name, attributes) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

/** Replaces the content only where it is different: screen readers and selections are left alone otherwise. */
const drawn = new Map();
function fill(id, content, children) {
  const key = JSON.stringify(content);
  if (drawn.get(id) === key) return;
  drawn.set(id, key);
  byId(id).replaceChildren(...children());
}

const say = (id, text) => {
  if (byId(id).textContent !== text) byId(id).textContent = text;
};

const seconds = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`;
const count = (value) => value.toLocaleString('en');
const percent = ({ due, good }) => (due === 0 ? '–' : `${Math.floor((good / due) * 100)} %`);

const stages = {
  starting: 'The app starts.',
  judging: 'Is the app healthy before anything breaks?',
  auditing: 'Every acknowledged write is read back.',
  ended: 'The run is over.',
};

function showNow(view) {
  const { run, phases, stage, clock, loadMs, endMs } = view;
  const phase = phases.find(({ state }) => state === 'now');
  say('title', run.title);
  say('subtitle', `${run.target}, seed ${run.seed}, ${run.speed} times as fast as the incident`);
  say('clock', clock ?? (stage === 'ended' ? 'Over' : seconds(loadMs)));
  say('phase', stages[stage] ?? phase?.title ?? '');
  say('progress', `${seconds(loadMs)} of ${seconds(endMs)}`);
  document.title = `${clock ?? stage} · ${run.title}`;
  fill('notes', phase?.notes ?? [], () => (phase?.notes ?? []).map((note) => element('li', note)));
  fill('bar', phases, () =>
    phases.map(({ title, stage: of, startMs, endMs: until, clock: from, state }) => {
      const item = element('li', undefined, of);
      item.style.flexGrow = String(Math.max(1, until - startMs));
      item.title = [from, title].filter(Boolean).join('  ');
      item.append(element('i'), element('span', `${item.title}: ${state}`, 'hidden'));
      return item;
    }),
  );
  [...byId('bar').children].forEach((item, index) => {
    const { startMs, endMs: until } = phases[index];
    const share = Math.max(0, Math.min(1, (loadMs - startMs) / Math.max(1, until - startMs)));
    item.firstChild.style.width = `${share * 100}%`;
  });
}

function showRegions({ regions }) {
  fill('regions', regions, () =>
    regions.map(({ name, faults, exchanges, struck }) => {
      const failing = faults.length > 0;
      const item = element('li', undefined, failing ? 'failing' : 'well');
      item.append(element('b', name), element('span', failing ? 'failing' : 'well'));
      item.append(element('p', `${count(exchanges)} exchanges, ${count(struck)} struck`, 'quiet'));
      for (const fault of faults) item.append(element('p', fault));
      return item;
    }),
  );
}

const y = ({ due, good }) => HEIGHT - 8 - (good / due) * (HEIGHT - 16);

/** A line that breaks where nothing ended. */
function path(points, series, pointMs, endMs) {
  const x = (index) => (((index + 0.5) * pointMs) / endMs) * WIDTH;
  let pen = 'M';
  let d = '';
  points.forEach((point, index) => {
    const tally = point[series];
    if (tally.due === 0) {
      pen = 'M';
      return;
    }
    // The short stroke shows a point that has no neighbours.
    d += `${pen}${x(index).toFixed(1)} ${y(tally).toFixed(1)}${pen === 'M' ? 'h1' : ''}`;
    pen = 'L';
  });
  return shape('path', { d, class: series });
}

function showCurves(id, series, { points, pointMs, endMs, phases, recent, loadMs }) {
  const end = Math.max(1, endMs);
  const bands = phases
    .filter(({ stage }) => stage === 'incident')
    .map(({ startMs, endMs: until }, index) =>
      shape('rect', {
        x: (startMs / end) * WIDTH,
        y: 0,
        width: ((until - startMs) / end) * WIDTH,
        height: HEIGHT,
        opacity: index % 2 === 0 ? 1 : 0.6,
      }),
    );
  const half = shape('line', { x1: 0, x2: WIDTH, y1: HEIGHT / 2, y2: HEIGHT / 2 });
  const now = shape('line', { x1: (loadMs / end) * WIDTH, x2: (loadMs / end) * WIDTH, y1: 0, y2: HEIGHT });
  byId(id).replaceChildren(...bands, half, now, ...series.map((one) => path(points, one, pointMs, end)));
  const spoken = series.map((one) => `${names[one]} ${percent(recent[one])}`).join(', ');
  byId(id).setAttribute('aria-label', `Share of good answers over the load. Now: ${spoken}`);
}

function showTotals({ total, recent, writes, waiting }) {
  const rows = Object.keys(names).map((one) => [
    one,
    percent(recent[one]),
    count(total[one].good),
    count(total[one].due),
  ]);
  fill('totals', rows, () =>
    rows.map(([one, ...cells]) => {
      const row = element('tr');
      const who = element('td');
      who.append(element('i', undefined, one), names[one]);
      row.append(who, ...cells.map((cell) => element('td', cell)));
      return row;
    }),
  );
  const audited =
    writes.audited === 0 ? '' : ` ${count(writes.audited)} times one was read back, ${count(writes.lost)} were lost.`;
  say(
    'writes',
    `${count(waiting)} requests wait. ${count(writes.acked)} writes acknowledged, ${count(writes.unclear)} without a clear answer.${audited}`,
  );
}

const urgency = ['in force', 'over', 'ahead'];

function showFaults({ faults }) {
  const sorted = faults.toSorted((a, b) => urgency.indexOf(a.state) - urgency.indexOf(b.state));
  fill('faults', sorted, () =>
    sorted.map(({ state, sentence, fired }) => {
      const row = element('tr');
      row.append(element('td', state, state.replace(' ', '-')), element('td', sentence), element('td', count(fired)));
      return row;
    }),
  );
}

function showErrors({ errors }) {
  const latest = errors.toReversed();
  fill('errors', latest, () =>
    latest.length === 0
      ? [element('li', 'None so far.', 'quiet')]
      : latest.map(({ at, step, text, count: times }) =>
          element('li', `${at}  ${step}: ${text}${times > 1 ? ` (${count(times)} times)` : ''}`),
        ),
  );
}

function notice(text) {
  byId('notice').hidden = false;
  say('notice', text);
}

let over = false;
const stop = byId('stop');
const events = new EventSource('events');

events.addEventListener('view', ({ data }) => {
  const view = JSON.parse(data);
  if (!over && !stop.disabled) byId('notice').hidden = true;
  showNow(view);
  showRegions(view);
  showCurves('app-curves', ['read', 'write', 'control'], view);
  showCurves('s3-curves', ['s3'], view);
  showTotals(view);
  showFaults(view);
  showErrors(view);
  if (view.end === null) return;
  over = true;
  stop.disabled = true;
  notice(`The run has ended (${view.end.reason}) and every fault is healed. ${view.end.detail}`);
});
events.addEventListener('outcome', ({ data }) => {
  const { letter, headline, folder } = JSON.parse(data);
  events.close();
  notice(`${letter === null ? 'No grade.' : `Grade ${letter}.`} ${headline}\nThe report: ${folder}/report.html`);
});
events.addEventListener('error', () => {
  if (over) events.close();
  else notice('The run does not answer. If its process is gone, so are its faults: they end with it.');
});

stop.addEventListener('click', async () => {
  stop.disabled = true;
  notice('Stopping: every fault is being healed.');
  try {
    const answer = await fetch('stop', { method: 'POST' });
    if (!answer.ok) throw new Error(await answer.text());
  } catch (error) {
    stop.disabled = false;
    notice(`It could not be stopped from here (${error.message}). Ctrl-C in its terminal does the same.`);
  }
});
