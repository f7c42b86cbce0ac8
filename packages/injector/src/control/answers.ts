import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';

const BODY_BYTES_MAX = 8 * 1_048_576;

/** An answer that says no. */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Reads a body. @throws {Refusal} where it is too long, no JSON, or not what the schema says */
export async function readJson<Schema extends z.ZodType>(
  request: IncomingMessage,
  schema: Schema,
): Promise<z.output<Schema>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Buffer)) continue;
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Refusal(413, `longer than ${BODY_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new Refusal(400, 'the body is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new Refusal(400, z.prettifyError(parsed.error));
  return parsed.data;
}

/** Answers 200 with a value. */
export function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** Any port: a tunnel (`kubectl port-forward`, `ssh -L`) has one of its own. */
const OWN_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/;

/**
 * Pages in a browser can send requests to loopback: neither their origin nor a rebound name gets in.
 * @throws {Refusal}
 */
export function admit({ headers }: IncomingMessage, token: string): void {
  const { host = '', origin } = headers;
  if (!OWN_HOST.test(host)) throw new Refusal(403, 'foreign Host');
  if (origin !== undefined && origin !== `http://${host}`) throw new Refusal(403, 'foreign Origin');
  const given = Buffer.from(headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw new Refusal(401, 'no bearer token');
}
