import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { TargetBlow } from '../../ports/target.ts';

/** The guardian's program. */
export const guardianFile = fileURLToPath(new URL('target-guardian.js', import.meta.url));

/** What the guardian tells the runner. */
export const guardianMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), pid: z.number() }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
  z.object({ kind: z.literal('exited'), code: z.number().nullable(), signal: z.string().nullable() }),
]);
export type GuardianMessage = z.infer<typeof guardianMessage>;

/** What the runner asks of the guardian; `stop` ends the guardian too. */
export type GuardianOrder = TargetBlow | 'stop';
