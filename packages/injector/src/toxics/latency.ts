import type { Toxic } from './toxic.ts';

/** The answer's head is held back. The request goes on at once: a slow S3 has still done what it was asked. */
export const latency: Toxic<'latency'> = {
  act({ delayMs }, wire) {
    wire.delayHead(delayMs);
    return 'goes-on';
  },
};
