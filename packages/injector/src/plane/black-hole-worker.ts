// A thread that listens and then sleeps for ever: its accept queue fills, and the kernel drops what comes next.
import { createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const server = createServer((socket) => socket.destroy());
const port: unknown = workerData;
server.on('error', (error) => {
  throw error;
});
server.listen({ port: Number(port), host: '127.0.0.1', backlog: 1 }, () => {
  parentPort?.postMessage('listening', []);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
