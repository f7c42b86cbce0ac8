import { execFile, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onCore, SUBJECT_CORE } from './injector/cores.ts';
import { atLeast, atMost, beside, median, type Figure } from './figure.ts';

const execute = promisify(execFile);
const RATE = 2_000;
/** As much as a chaos.yaml may ask for. */
const FULL_RATE = 5_000;
const SECONDS = 4;
/** What disturbs the machine disturbs some rounds: the median counts. */
const ROUNDS = 5;
const CONNECTIONS = 64;
/** What the load generator promises at that rate, milliseconds. */
const LATE_P99_MS = 5;
const SCRIPTS = {
  server: import.meta.resolve('./load/server.js'),
  ours: import.meta.resolve('./load/ours.js'),
  autocannon: import.meta.resolve('./load/autocannon.js'),
  ledger: import.meta.resolve('./load/ledger.js'),
  timer: import.meta.resolve('./load/timer.js'),
} as const;

function numberIn(value: unknown, name: string): number {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  if (typeof found !== 'number') throw new Error(`a bench process gave no ${name}`);
  return found;
}

/** Runs a load generator, or what fills a ledger, on one core. */
async function measure(script: string, args: readonly (string | number)[], flags: readonly string[] = []) {
  const words = [...flags, fileURLToPath(script), ...args.map(String)];
  const [command, ...rest] = onCore(SUBJECT_CORE, [process.execPath, ...words]);
  const { stdout } = await execute(command, rest);
  const measured: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  return (name: string): number => numberIn(measured, name);
}

/** The app under load. */
class App {
  readonly #child: ChildProcess = fork(fileURLToPath(SCRIPTS.server), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  readonly #port = this.#next();

  async port(): Promise<number> {
    return numberIn(await this.#port, 'port');
  }

  async #next(): Promise<unknown> {
    const [message]: unknown[] = await once(this.#child, 'message');
    return message;
  }

  async #ask(question: string): Promise<unknown> {
    this.#child.send(question);
    return this.#next();
  }

  /** When the requests since the last question arrived. */
  async #arrivals(): Promise<readonly number[]> {
    const answer = await this.#ask('take');
    const arrivals: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'arrivals') : [];
    if (!Array.isArray(arrivals)) throw new Error('the app noted no arrivals');
    return arrivals.map(Number);
  }

  /** How far from an even schedule the requests since the last question arrived: 99th percentile, milliseconds. */
  async unevenP99Ms(rate: number): Promise<number> {
    const offsets = (await this.#arrivals()).map((at, index) => at - (index * 1_000) / rate);
    const first = offsets.reduce((a, b) => Math.min(a, b), Infinity);
    const errors = offsets.map((offset) => offset - first).toSorted((a, b) => a - b);
    return errors[Math.floor(errors.length * 0.99)] ?? Number.NaN;
  }

  /** Hangs for a second in the middle of what is sent meanwhile. @returns how many requests arrived in that second */
  async hangDuring(load: Promise<unknown>): Promise<number> {
    await this.#arrivals();
    while ((await this.#arrivals()).length === 0) await pause(50);
    await pause(500);
    this.#child.send('hang');
    await pause(1_000);
    const arrived = numberIn(await this.#ask('go-on'), 'arrived');
    await load;
    return arrived;
  }

  stop(): void {
    this.#child.kill();
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** CPU microseconds a request of wrk's; null where it is not installed. */
async function wrk(port: number): Promise<number | null> {
  const command = `wrk -t1 -c${CONNECTIONS} -d${SECONDS}s http://127.0.0.1:${port}/ && times`;
  const ran = await execute('bash', ['-c', command]).catch(() => null);
  if (ran === null) return null;
  const requests = Number(/(\d+) requests in/.exec(ran.stdout)?.[1]);
  const last = ran.stdout.trim().split('\n').at(-1) ?? '';
  const seconds = [...last.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0);
  return (seconds * 1e6) / requests;
}

/** What one core could send at this cost. */
const perCore = (cpuUs: number): number => 1e6 / cpuUs;

/** Where a bare timer is later than the limit, others have the machine, and no load generator could keep to it. */
function lateFigures(metric: string, late: number, bare: number): readonly Figure[] {
  const held = atMost('load', metric, late, LATE_P99_MS, 'the limit', 1);
  const excuse = `a bare timer was ${bare.toFixed(1)} ms late: others have the machine`;
  return [
    bare > LATE_P99_MS ? { ...held, excuse } : held,
    beside('load', metric, late, bare, 'a bare timer that sends nothing'),
  ];
}

async function scheduleFigures(app: App, port: number): Promise<readonly Figure[]> {
  const rounds: { readonly late: number; readonly uneven: number; readonly cpu: number }[] = [];
  const bare: number[] = [];
  const peers: { readonly uneven: number; readonly cpu: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const ours = await measure(SCRIPTS.ours, [port, RATE, SECONDS]);
    rounds.push({
      late: ours('lateP99Ms'),
      uneven: await app.unevenP99Ms(RATE),
      cpu: ours('cpuUs') / ours('requests'),
    });
    bare.push((await measure(SCRIPTS.timer, [RATE, SECONDS]))('lateP99Ms'));
    const peer = await measure(SCRIPTS.autocannon, [port, RATE, SECONDS, CONNECTIONS]);
    peers.push({ uneven: await app.unevenP99Ms(RATE), cpu: peer('cpuUs') / peer('requests') });
  }
  const through = await app.hangDuring(measure(SCRIPTS.ours, [port, RATE, SECONDS]));
  const peerThrough = await app.hangDuring(measure(SCRIPTS.autocannon, [port, RATE, SECONDS, CONNECTIONS]));
  const at = `at ${RATE} requests a second on one core`;
  const late = median(rounds.map((one) => one.late));
  const [uneven, peerUneven] = [rounds, peers].map((all) => median(all.map((one) => one.uneven)));
  const [cpu, peerCpu] = [rounds, peers].map((all) => median(all.map((one) => one.cpu)));
  return [
    ...lateFigures(`ms late, 99th percentile of (sent - intended), ${at}`, late, median(bare)),
    atMost(
      'load',
      `ms off an even schedule, 99th percentile as the app saw it, ${at}`,
      uneven ?? Number.NaN,
      peerUneven ?? Number.NaN,
      'autocannon',
      1,
    ),
    atLeast('load', `requests sent while the app hung for a second, ${at}`, through, peerThrough, 'autocannon', 1),
    beside(
      'load',
      `CPU us per request, judged and digested, ${at}`,
      cpu ?? Number.NaN,
      peerCpu ?? Number.NaN,
      'autocannon, judges nothing',
    ),
  ];
}

/** The load generator against autocannon and wrk; the ledger against a Map of objects. */
export async function run(): Promise<readonly Figure[]> {
  const app = new App();
  try {
    const port = await app.port();
    await measure(SCRIPTS.ours, [port, RATE, 1]);
    await app.unevenP99Ms(RATE);
    const figures = [...(await scheduleFigures(app, port))];
    const full = await measure(SCRIPTS.ours, [port, FULL_RATE, 2]);
    const ceiling = perCore(full('cpuUs') / full('requests'));
    const peer = await measure(SCRIPTS.autocannon, [port, 0, SECONDS, CONNECTIONS]);
    const peerCeiling = perCore(peer('cpuUs') / peer('requests'));
    const metric = 'requests a second that one core can send';
    figures.push(beside('load', metric, ceiling, peerCeiling, 'autocannon, closed loop, judges nothing'));
    const bare = await wrk(port);
    if (bare !== null) figures.push(beside('load', metric, ceiling, perCore(bare), 'wrk, closed loop, judges nothing'));
    const ledger = await measure(SCRIPTS.ledger, ['ours'], ['--expose-gc']);
    const map = await measure(SCRIPTS.ledger, ['map'], ['--expose-gc']);
    figures.push(
      atMost('load', 'bytes per ledger entry, of a million', ledger('bytes'), map('bytes'), 'a Map of objects', 0.3),
      beside(
        'load',
        'CPU seconds to enter and settle a million',
        ledger('seconds'),
        map('seconds'),
        'a Map of objects',
      ),
    );
    return figures;
  } finally {
    app.stop();
  }
}
