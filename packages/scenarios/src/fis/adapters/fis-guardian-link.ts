import { fork } from 'node:child_process';
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

/** Starts it. @param endpoint null for AWS */
export function startFisGuardian(endpoint: string | null): FisGuardian {
  const child = fork(file, [], { detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
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
