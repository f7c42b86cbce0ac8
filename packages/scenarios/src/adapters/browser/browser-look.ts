import { pageFaceSchema } from '@gameday/reporter/journal';
import { z } from 'zod';

const stepSchema = z.discriminatedUnion('do', [
  z.object({ do: z.literal('open'), path: z.string() }),
  z.object({ do: z.literal('click'), selector: z.string() }),
  z.object({ do: z.literal('type'), selector: z.string(), text: z.string() }),
  z.object({ do: z.literal('expect'), selector: z.string(), atLeast: z.number() }),
]);

/** What the runner tells the program that holds the browser. */
export const browserTaskSchema = z.object({
  probe: z.object({
    id: z.string(),
    kind: z.literal('browser'),
    everyMs: z.number(),
    withinMs: z.number(),
    steps: z.array(stepSchema),
    cache: z.enum(['fresh', 'kept']),
    hosts: z.array(z.string()),
    notice: z.string(),
  }),
  /** Base URL of the app. */
  url: z.string(),
  /** Where screenshots go. */
  folder: z.string(),
});
export type BrowserTask = z.infer<typeof browserTaskSchema>;

/** What it tells the runner of each journey, as a line of JSON; short, for lines are cut. */
export const browserLookSchema = z.object({
  tookMs: z.number(),
  /** Null where the browser itself failed. */
  usable: z.boolean().nullable(),
  message: z.string(),
  showed: pageFaceSchema.nullable(),
  screenshot: z.string().nullable(),
  brokenImages: z.number().nullable(),
  consoleErrors: z.number().nullable(),
  failedRequests: z.number().nullable(),
  lcpMs: z.number().nullable(),
  usableMs: z.number().nullable(),
});
export type BrowserLook = z.infer<typeof browserLookSchema>;
