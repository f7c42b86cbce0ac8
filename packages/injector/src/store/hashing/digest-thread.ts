// A worker thread that computes digests of large bodies, several at a time. The blocks are shared memory: they are the
// sender's again once the answer is out.
import { parentPort } from 'node:worker_threads';
import { nodeHash, type HashAlgorithm, type Hasher } from './hasher.ts';

export type ThreadRequest =
  | { readonly type: 'begin'; readonly task: number; readonly algorithm: HashAlgorithm }
  | { readonly type: 'update'; readonly task: number; readonly block: Uint8Array }
  | { readonly type: 'end'; readonly task: number };

/** Each update is answered by a null, each end by the digest, in order per task. */
export interface ThreadAnswer {
  readonly task: number;
  readonly digest: Uint8Array | null;
}

const hashers = new Map<number, Hasher>();

function handle(request: ThreadRequest): void {
  const { task } = request;
  if (request.type === 'begin') {
    hashers.set(task, nodeHash(request.algorithm));
    return;
  }
  const hasher = hashers.get(task);
  if (hasher === undefined) throw new Error(`digest ${task} was never begun`);
  let digest: Uint8Array | null = null;
  if (request.type === 'update') {
    const { buffer, byteOffset, byteLength } = request.block;
    hasher.update(Buffer.from(buffer, byteOffset, byteLength));
  } else {
    hashers.delete(task);
    digest = hasher.digest();
  }
  parentPort?.postMessage({ task, digest } satisfies ThreadAnswer, []);
}

parentPort?.on('message', handle);
