import type { IncomingMessage } from 'node:http';
import { memberOf, membersAt, type RoutedOperation } from '../core/service-model.ts';
import { FisError } from './fis-error.ts';
import type { Input } from './service.ts';
import { isRecord } from '../../core/source/schema-words.ts';

const BODY_BYTES_MAX = 1_048_576;
const CREDENTIAL = /Credential=([^/,\s]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request/;

/** Who signed a request, as far as the signature says. Any key is accepted: nothing here is worth a secret. */
export interface Signed {
  readonly region: string;
  readonly service: string;
}

/** @throws {FisError} where a request bears no Signature Version 4 */
export function signatureOf({ headers, url = '' }: IncomingMessage): Signed {
  const query = new URL(url, 'http://localhost').searchParams.get('X-Amz-Credential');
  const text = headers.authorization ?? (query === null ? '' : `Credential=${query}`);
  const [, , , region, service] = CREDENTIAL.exec(text) ?? [];
  if (region === undefined || service === undefined) {
    throw new FisError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  return { region, service };
}

/** A request's body as text. @throws {FisError} where it is too long */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Buffer)) continue;
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new FisError('ValidationException', 'The request is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Path, query and body put together as the service model has them. @throws {FisError} for a body that is no JSON object */
export function inputOf({ operation, labels }: RoutedOperation, query: URLSearchParams, body: string): Input {
  const shape = operation.input;
  const bound = new Set([...membersAt(shape, 'uri'), ...membersAt(shape, 'querystring')]);
  const written = Object.entries(parseBody(body)).filter(([name]) => !bound.has(name));
  const input: Record<string, unknown> = Object.fromEntries(written);
  for (const name of membersAt(shape, 'uri')) input[name] = labels[memberOf(shape, name)?.bound ?? name];
  for (const name of membersAt(shape, 'querystring')) {
    const member = memberOf(shape, name);
    const values = query.getAll(member?.bound ?? name);
    const [first] = values;
    if (member === null || first === undefined) continue;
    if (member.type === 'list') input[name] = values;
    else input[name] = member.type === 'integer' ? Number(first) : first;
  }
  return input;
}

function parseBody(body: string): Readonly<Record<string, unknown>> {
  if (body === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new FisError('ValidationException', 'The request body is not JSON.');
  }
  if (!isRecord(value)) throw new FisError('ValidationException', 'The request body is not a JSON object.');
  return value;
}
