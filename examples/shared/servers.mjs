// The real servers that the accounts had beside their apps, from Debian's packages: nginx, HAProxy, Redis, and what speaks
// Kafka's protocol. Each is on loopback, has a folder of its own, and never outlives the app that started it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const READY_MS_MAX = 10_000;
const FORGOTTEN_MS = 3_600_000;
const STDERR_CHARS_KEPT = 2_000;

/**
 * @typedef {object} Server
 * @property {number} port
 * @property {number} pid
 * @property {(text: string) => Promise<void>} reload writes another configuration and makes the server read it
 * @property {() => Promise<void>} stop resolves when it is gone
 * @property {Promise<void>} gone resolves when it is gone, whoever ended it
 */

/** A port of loopback that nobody listens on. @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/**
 * A folder that outlives restarts of the app, as a server's disk does, and is the same for all starts of one run. Those
 * that runs left behind are cleared away.
 * @param {string} name what is kept there
 */
export async function diskOf(name) {
  const all = join(tmpdir(), 'gameday-examples');
  const { GAMEDAY_RUN_ID: run = `by-hand-${process.pid}`, GAMEDAY_REPLICA: replica = '1' } = process.env;
  const disk = join(all, run, `${name}-${replica}`);
  await mkdir(disk, { recursive: true });
  for (const old of await readdir(all)) {
    const seen = await stat(join(all, old)).catch(() => null);
    if (old !== run && seen !== null && Date.now() - seen.mtimeMs > FORGOTTEN_MS) {
      await rm(join(all, old), { recursive: true, force: true });
    }
  }
  return disk;
}

/**
 * nginx with the given `http` block.
 * @param {{ disk: string, port: number, http: string }} options
 * @returns {Promise<Server>}
 */
export async function startNginx({ disk, port, http }) {
  const file = join(disk, 'nginx.conf');
  const write = (block) => writeFile(file, nginxFile(disk, block));
  await mkdir(join(disk, 'cache'), { recursive: true });
  await write(http);
  // Without -e nginx tries the system's log before it reads its configuration.
  const server = await start('nginx', ['-p', disk, '-e', 'stderr', '-c', file], port);
  return { ...server, reload: (block) => write(block).then(() => server.signal('SIGHUP')) };
}

const nginxFile = (disk, http) => `
daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
error_log stderr crit;
pid ${disk}/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  client_max_body_size 64m;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${disk}/${kind};`).join(' ')}
  ${http}
}
`;

/**
 * HAProxy with the given sections.
 * @param {{ disk: string, port: number, sections: string }} options
 * @returns {Promise<Server>}
 */
export async function startHaproxy({ disk, port, sections }) {
  const file = join(disk, 'haproxy.cfg');
  const write = (text) => writeFile(file, `global\n  maxconn 1024\n  nbthread 1\n${text}\n`);
  await write(sections);
  const server = await start('haproxy', ['-W', '-db', '-q', '-f', file], port);
  return { ...server, reload: (text) => write(text).then(() => server.signal('SIGUSR2')) };
}

/**
 * Redis, which keeps what it has on its disk.
 * @param {{ disk: string, port: number, options?: Readonly<Record<string, string>> }} options
 * @returns {Promise<Server>}
 */
export async function startRedis({ disk, port, options = {} }) {
  const all = { bind: '127.0.0.1', dir: disk, save: '', appendonly: 'yes', loglevel: 'warning', ...options };
  const settings = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
  return start('redis-server', ['--port', String(port), ...settings], port);
}

/**
 * Kafka's protocol without a Kafka: librdkafka's mock cluster, which kcat runs for as long as its input is open. All is in
 * memory; a topic comes into being when it is first asked for.
 * @returns {Promise<Server>}
 */
export async function startKafkaMock() {
  const args = ['-P', '-E', '-b', 'mock', '-t', 'none', '-X', 'test.mock.num.brokers=1'];
  return start('kcat', args, (said) => Number(/replaced with 127\.0\.0\.1:(\d+)/.exec(said)?.[1]));
}

/**
 * Starts a server and waits until its port answers.
 * @param {string} program @param {readonly string[]} args
 * @param {number | ((said: string) => number)} port or where to read it in what the server says; NaN as long as it is not there
 */
async function start(program, args, port) {
  const [file, ...words] = boundToParent([program, ...args]);
  // Ordinary users of Debian do not have /usr/sbin in their PATH.
  const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/usr/local/sbin` };
  const child = spawn(file, words, { env, stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => (said = `${said}${chunk}`.slice(-STDERR_CHARS_KEPT)));
  const gone = new Promise((resolve) => child.once('close', resolve));
  const failed = new Promise((_, reject) => {
    child.once('error', (error) => reject(error.code === 'ENOENT' ? missing(program) : error));
    child.once('close', (code) =>
      reject(code === 127 ? missing(program) : new Error(`${program} ended with ${code}: ${said.trim()}`)),
    );
  });
  const stop = async () => {
    child.stdin.end();
    child.kill('SIGTERM');
    await gone;
  };
  const portNow = () => (typeof port === 'number' ? port : port(said));
  try {
    await Promise.race([answering(program, portNow), failed]);
  } catch (error) {
    // Not SIGKILL: nginx would leave its workers behind.
    child.kill('SIGTERM');
    throw error;
  }
  failed.catch(() => {});
  return { port: portNow(), pid: child.pid, gone, stop, signal: (name) => void child.kill(name) };
}

/** Linux ends the server when its parent is gone, however that happened; elsewhere the run's own clearing away must do. */
function boundToParent(words) {
  return existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'TERM', ...words] : words;
}

async function answering(program, portNow) {
  const until = Date.now() + READY_MS_MAX;
  while (!(await accepts(portNow()))) {
    if (Date.now() > until) throw new Error(`${program} does not answer after ${READY_MS_MAX} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function accepts(port) {
  if (Number.isNaN(port)) return false;
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

const missing = (program) =>
  new Error(`this example needs ${program}: apt-get install ${program} (or your system's packages)`);
