import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from '../../adapters/loopback-server.ts';
import { routeOperation, statusOfError } from '../core/service-model.ts';
import { cloudWatch } from './cloudwatch.ts';
import { FisError } from './fis-error.ts';
import { operations } from './operations.ts';
import { inputOf, readBody, signatureOf } from './request.ts';
import { LocalFis, type LocalFisOptions } from './service.ts';

export interface FisEndpoint {
  /** `http://127.0.0.1:PORT`, for `--endpoint-url`. */
  readonly url: string;
  readonly fis: LocalFis;
  /** Heals, then closes the listener and every connection. */
  close(): Promise<void>;
}

/** Errors of every AWS service, which the model of this one does not list. */
const COMMON_STATUS: Readonly<Record<string, number>> = {
  MissingAuthenticationTokenException: 403,
  UnknownOperationException: 404,
};

const ID_ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789';

/** Letters and digits at random, as ids of FIS have them. */
export const randomId = (length: number): string =>
  [...randomBytes(length)].map((byte) => ID_ALPHABET[byte % ID_ALPHABET.length]).join('');

/**
 * Serves the API of FIS on the loopback interface, and beside it the alarms of a local CloudWatch.
 * @throws {Error} where the port is taken
 */
export async function startFisEndpoint(options: LocalFisOptions, port = 0): Promise<FisEndpoint> {
  const fis = new LocalFis(options, operations);
  const server = createServer((request, response) => {
    serve(fis, request, response).catch((error: unknown) => sendError(response, error));
  });
  const { url, close } = await listenOnLoopback(server, port);
  return {
    url,
    fis,
    close: async () => {
      await fis.experiments.close();
      await close();
    },
  };
}

async function serve(fis: LocalFis, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/' } = request;
  const [path = '/', query = ''] = url.split('?');
  // A page in a browser could send requests to loopback; no client of FIS sends an origin.
  if (request.headers.origin !== undefined) throw new FisError('MissingAuthenticationTokenException', 'foreign Origin');
  const { region, service } = signatureOf(request);
  const body = await readBody(request);
  if (service === 'monitoring') {
    const { status, xml } = cloudWatch(fis.alarms, region, new URLSearchParams(body));
    response.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': randomUUID() }).end(xml);
    return;
  }
  const routed = routeOperation(method, path);
  if (routed === null) throw new FisError('UnknownOperationException', `${method} ${path} is no operation of FIS.`);
  const input = inputOf(routed, new URLSearchParams(query), body);
  const output = await fis.call(routed.operation, region, input);
  sendJson(response, 200, output);
}

function sendJson(response: ServerResponse, status: number, value: unknown, errorType?: string): void {
  const text = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'x-amzn-requestid': randomUUID(),
    ...(errorType === undefined ? {} : { 'x-amzn-errortype': errorType }),
  });
  response.end(text);
}

function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return;
  const name = error instanceof FisError ? error.name : 'InternalServerException';
  const message = error instanceof Error ? error.message : String(error);
  sendJson(response, COMMON_STATUS[name] ?? statusOfError(name), { message: message.slice(0, 1_024) }, name);
}
