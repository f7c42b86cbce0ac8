import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ExperimentPlace } from './fis-access.ts';

/** What the runner tells the guardian: that it lives, and what is to be stopped should it die. */
export interface GuardianNews {
  readonly endpoint: string | null;
  readonly experiments: readonly ExperimentPlace[];
}

/** A process that outlives this one just long enough to stop its experiments. */
export interface FisGuardian {
  watch(experiments: readonly ExperimentPlace[]): void;
  end(): void;
}

const BEAT_MS = 2_000;
const file = fileURLToPath(new URL('fis-guardian.js', import.meta.url));

/**
 * Starts it, and waits until it listens: before that nothing may be started.
 * @param endpoint null for AWS
 * @throws {Error} where it cannot be started
 */
export async function startFisGuardian(endpoint: string | null): Promise<FisGuardian> {
  const child = fork(file, [], { detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ready = once(child, 'message');
  const gone = once(child, 'exit').then(() => {
    throw new Error('the process that is to hold the lease ended before it began');
  });
  gone.catch(() => {});
  await Promise.race([ready, gone]);
  let experiments: readonly ExperimentPlace[] = [];
  const tell = (): void => {
    const news: GuardianNews = { endpoint, experiments };
    if (child.connected) child.send(news, undefined, undefined, () => {});
  };
  const beat = setInterval(tell, BEAT_MS);
  beat.unref();
  child.on('error', () => {});
  child.unref();
  child.channel?.unref();
  tell();
  return {
    watch(next) {
      experiments = next;
      tell();
    },
    end() {
      clearInterval(beat);
      experiments = [];
      tell();
      if (child.connected) child.disconnect();
    },
  };
}
