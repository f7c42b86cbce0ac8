import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BrowserProbe } from '../../core/planned-watch.ts';
import { browserLookSchema, type BrowserLook, type BrowserTask } from './browser-look.ts';
import { linkGuardian } from '../target/guardian-link.ts';
import { guardianFile } from '../target/guardian-messages.ts';

const workerFile = fileURLToPath(new URL('browser-worker.js', import.meta.url));

export interface BrowserProbeOptions {
  readonly probe: BrowserProbe;
  /** Base URL of the app, as its users see it. */
  readonly url: string;
  /** The run's folder: screenshots go below it. */
  readonly folder: string;
  readonly runId: string;
}

/**
 * Sends journeys on the probe's beat, from now until it is stopped, in a process tree of its own.
 * @returns what stops it; resolves when browser and all are gone
 */
export function startBrowserProbe(
  options: BrowserProbeOptions,
  onLook: (look: BrowserLook) => void,
): () => Promise<void> {
  const { probe, url, folder, runId } = options;
  const task: BrowserTask = { probe: { ...probe, steps: [...probe.steps], hosts: [...probe.hosts] }, url, folder };
  const guardian = spawn(process.execPath, [guardianFile, process.execPath, workerFile, JSON.stringify(task)], {
    env: { ...process.env, GAMEDAY_RUN_ID: runId, GAMEDAY_REPLICA: `browser-${probe.id}` },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  const gone = new Promise<void>((resolve) => {
    guardian.once('exit', () => resolve());
    guardian.once('error', () => resolve());
  });
  const link = linkGuardian(guardian);
  let lastError = '';
  let looks = 0;
  let stopping = false;
  const failed = (message: string): void => {
    if (!stopping) onLook({ ...NOTHING, message: message.slice(0, 300) });
  };
  link.onOutput(({ stream, line }) => {
    const look = stream === 'stdout' ? parse(line) : null;
    if (look === null) {
      if (line.trim() !== '') lastError = line.trim();
      return;
    }
    looks += 1;
    if (!stopping) onLook(look);
  });
  link.onFailure((message) => failed(`the browser's program could not be started: ${message}`));
  link.onExit(() => {
    if (looks === 0) failed(`the browser's program ended: ${lastError}`);
  });
  return async () => {
    stopping = true;
    link.order('stop');
    await gone;
  };
}

const NOTHING: BrowserLook = {
  tookMs: 0,
  usable: null,
  message: '',
  showed: null,
  screenshot: null,
  brokenImages: null,
  consoleErrors: null,
  failedRequests: null,
  lcpMs: null,
  usableMs: null,
};

function parse(line: string): BrowserLook | null {
  try {
    const look = browserLookSchema.safeParse(JSON.parse(line));
    return look.success ? look.data : null;
  } catch {
    return null;
  }
}
