import { z } from 'zod';
import { InputError } from '../source/input-error.ts';
import type { PlannedStep } from '../plan.ts';

const header = z.object({ name: z.string(), value: z.string() });
const harSchema = z.object({
  log: z.object({
    entries: z
      .array(
        z.object({
          request: z.object({
            method: z.string().regex(/^[A-Z]+$/, 'must be a method'),
            url: z.url('must be a URL'),
            headers: z.array(header).default([]),
            postData: z.object({ text: z.string().optional(), encoding: z.string().optional() }).optional(),
          }),
          response: z.object({ status: z.number() }),
        }),
      )
      .min(1),
  }),
});

/** They belong to the connection or to the place of the recording, not to what a user asks for. */
const NOT_REPLAYED =
  /^(?::|(?:host|connection|content-length|transfer-encoding|keep-alive|upgrade|te|accept-encoding|origin|referer)$|proxy-|sec-)/i;
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * The requests of a HAR recording (HTTP Archive 1.2, as browsers and proxies save it) as workload steps, in their order.
 * Only those to the origin of the first are the app's; good is the status that was recorded. A request that had no
 * answer (status 0) is left out.
 * @throws {InputError} where it is no HAR, or nothing in it had an answer
 */
export function harSteps(json: unknown, file: string): PlannedStep[] {
  const complain = (path: string, message: string): InputError =>
    new InputError([
      { file, line: null, column: null, path, message, hint: 'save it from a browser: Network, Save all as HAR' },
    ]);
  const parsed = harSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw complain(issue?.path.join('.') ?? '', `not a HAR recording: ${issue?.message ?? 'it has no entries'}`);
  }
  const { entries } = parsed.data.log;
  const origin = originOf(entries[0]?.request.url ?? '');
  const own = entries.filter(({ request, response }) => originOf(request.url) === origin && response.status > 0);
  if (own.length === 0) throw complain('log.entries', `nothing of ${origin} had an answer`);
  return own.map(({ request, response }, index): PlannedStep => {
    const { method, url, postData } = request;
    const path = url.slice(origin.length).replace(/#.*$/, '');
    const text = postData?.text ?? '';
    return {
      id: `har-${index + 1}`,
      class: READS.has(method) ? 'read' : 'write',
      weight: 1,
      request: {
        method,
        // What looks like a template of ours is the app's own.
        path: (path === '' ? '/' : path).replaceAll('${', '%24{'),
        headers: Object.fromEntries(
          request.headers.filter(({ name }) => !NOT_REPLAYED.test(name)).map(({ name, value }) => [name, value]),
        ),
        body: text === '' ? { kind: 'none' } : { kind: 'text', text },
      },
      // The recording browser had a cache; here 304 and 200 are the same.
      expect: { statuses: response.status === 304 ? [304, 200] : [response.status], body: { kind: 'any' } },
      ledger: 'none',
    };
  });
}

const originOf = (url: string): string => /^https?:\/\/[^/?#]+/.exec(url)?.[0] ?? '';
