// A process that holds a listening socket and sleeps: its accept queue fills, and the kernel drops what comes next.
import { Server } from 'node:net';

/** How often it looks whether its parent is still there, in milliseconds: asleep, it hears nothing. */
const LOOK_EVERY_MS = 200;

const parent = process.ppid;
const cell = new Int32Array(new SharedArrayBuffer(4));

process.once('message', (_message, handle) => {
  if (!(handle instanceof Server)) process.exit(1);
  // Listening again makes the queue short. Nothing is accepted in between: the event loop does not turn any more.
  new Server().listen(handle, 1);
  process.send?.('holding');
  while (process.ppid === parent) Atomics.wait(cell, 0, 0, LOOK_EVERY_MS);
  process.exit();
});
