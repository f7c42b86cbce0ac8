import { S3Error } from './s3-error.ts';
import { childrenOf, childText, parseXml } from './xml-read.ts';

export interface CorsRule {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  readonly maxAgeS: string | undefined;
}

const RULES_MAX = 100;
const methods: ReadonlySet<string> = new Set(['GET', 'PUT', 'POST', 'DELETE', 'HEAD']);

/** Reads a `CORSConfiguration`. @throws S3Error MalformedXML, InvalidRequest */
export function readCors(document: string): readonly CorsRule[] {
  const rules = childrenOf(parseXml(document, 'CORSConfiguration'), 'CORSRule').map((rule): CorsRule => {
    const texts = (name: string): readonly string[] => childrenOf(rule, name).map(({ text }) => text.trim());
    return {
      origins: texts('AllowedOrigin'),
      methods: texts('AllowedMethod'),
      headers: texts('AllowedHeader'),
      exposed: texts('ExposeHeader'),
      maxAgeS: childText(rule, 'MaxAgeSeconds'),
    };
  });
  if (rules.length === 0 || rules.length > RULES_MAX) throw new S3Error('MalformedXML');
  for (const rule of rules) {
    if (rule.origins.length === 0 || rule.methods.length === 0) throw new S3Error('MalformedXML');
    const unknown = rule.methods.find((method) => !methods.has(method));
    if (unknown !== undefined) {
      throw new S3Error('InvalidRequest', {
        message: `Found unsupported HTTP method in CORS config. Unsupported method is ${unknown}`,
      });
    }
    const twice = [...rule.origins, ...rule.headers].find((pattern) => pattern.split('*').length > 2);
    if (twice !== undefined) {
      throw new S3Error('InvalidRequest', { message: `AllowedOrigin "${twice}" can not have more than one wildcard.` });
    }
  }
  return rules;
}

function matches(pattern: string, value: string): boolean {
  const [head = '', tail] = pattern.split('*');
  if (tail === undefined) return pattern === value;
  return value.length >= head.length + tail.length && value.startsWith(head) && value.endsWith(tail);
}

export interface CorsRequest {
  readonly origin: string;
  readonly method: string;
  /** Of `Access-Control-Request-Headers`, lower case; empty outside of a preflight. */
  readonly headers: readonly string[];
}

/** The headers by which a browser lets a page see the answer; undefined where no rule fits. */
export function corsHeaders(
  rules: readonly CorsRule[],
  { origin, method, headers }: CorsRequest,
): Readonly<Record<string, string>> | undefined {
  for (const rule of rules) {
    const allowed = rule.origins.find((pattern) => matches(pattern, origin));
    if (allowed === undefined || !rule.methods.includes(method)) continue;
    const fits = headers.every((header) => rule.headers.some((pattern) => matches(pattern.toLowerCase(), header)));
    if (!fits) continue;
    return {
      'access-control-allow-origin': allowed === '*' ? '*' : origin,
      'access-control-allow-methods': rule.methods.join(', '),
      ...(headers.length > 0 && { 'access-control-allow-headers': headers.join(', ') }),
      ...(rule.exposed.length > 0 && { 'access-control-expose-headers': rule.exposed.join(', ') }),
      ...(rule.maxAgeS !== undefined && { 'access-control-max-age': rule.maxAgeS }),
      ...(allowed !== '*' && { 'access-control-allow-credentials': 'true' }),
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    };
  }
  return undefined;
}
