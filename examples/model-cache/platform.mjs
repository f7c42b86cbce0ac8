// The platform that runs the API, as a customer sees it: it starts one's processes, and on that day it stopped them
// without notice. What it needs itself is out of the customer's hands.
import { fork } from 'node:child_process';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { openBucket } from '../shared/s3.mjs';

const LOOK_EVERY_MS = 200;

/**
 * Runs a program as long as the platform is up.
 * @param {string} file
 * @param {readonly string[]} args
 */
export async function runOnPlatform(file, args) {
  const own = openBucket({ bucket: 'platform-control-plane', region: 'us-west-2', deadlineMs: 1_000 });
  const isUp = () =>
    own.send(new HeadBucketCommand({ Bucket: own.bucket })).then(
      () => true,
      () => false,
    );
  let running = await startProcess(file, args);
  void (async () => {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      const up = await isUp();
      if (up && running === null) running = await startProcess(file, args);
      if (!up && running !== null) {
        running.kill('SIGKILL');
        running = null;
      }
    }
  })();
}

/** Resolves when the program says that it serves. */
export function startProcess(file, args) {
  return new Promise((resolve, reject) => {
    const child = fork(file, args);
    child.once('message', () => resolve(child));
    child.once('error', reject);
  });
}
