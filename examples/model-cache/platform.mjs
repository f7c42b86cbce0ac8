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
  await runWhile(isUp, file, args);
}

/**
 * Runs a program as long as its host is up, and starts it again when it has ended. Resolves when it first serves.
 * @param {() => Promise<boolean>} isUp
 * @param {string} file
 * @param {readonly string[]} args
 */
export async function runWhile(isUp, file, args) {
  let running = null;
  const start = () =>
    new Promise((resolve) => {
      const child = fork(file, args);
      running = child;
      child.once('message', resolve);
      child.once('exit', () => {
        if (running === child) running = null;
        resolve();
      });
    });
  await start();
  void (async () => {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      const up = await isUp();
      if (up && running === null) await start();
      if (!up) running?.kill('SIGKILL');
    }
  })();
}
