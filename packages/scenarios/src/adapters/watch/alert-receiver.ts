import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { SentAlert } from '../../core/watch/sent-alert.ts';
import { listenOnLoopback } from '../loopback-server.ts';
import { parseAlertMessage } from './alert-message.ts';

/** What the app's alerting talks to in a rehearsal, so that nobody's real pager rings. */
export interface AlertReceiver {
  /** `http://127.0.0.1:PORT`. Alertmanager's API and webhook, and PagerDuty's Events API v2, on any path. */
  readonly url: string;
  onAlert(listener: (alert: SentAlert) => void): void;
  close(): Promise<void>;
}

const BODY_BYTES_MAX = 1_000_000;

/** Starts the receiver on a free loopback port. */
export async function startAlertReceiver(): Promise<AlertReceiver> {
  const listeners: ((alert: SentAlert) => void)[] = [];
  const server = createServer((request, response) => {
    void answer(request, response, (alert) => {
      for (const listener of listeners) listener(alert);
    });
  });
  const { url, close } = await listenOnLoopback(server);
  return {
    url,
    onAlert(listener) {
      listeners.push(listener);
    },
    close,
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  onAlert: (alert: SentAlert) => void,
): Promise<void> {
  const say = (status: number, body: object): void => {
    if (response.headersSent) return;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  // Clients ask before they send.
  if (request.method === 'GET' || request.method === 'HEAD') return say(200, { status: 'ready' });
  const body = await readBody(request);
  if (body === null) return say(413, { status: 'error', message: `more than ${BODY_BYTES_MAX} bytes` });
  const json = parseJson(body);
  if (json === undefined) return say(400, { status: 'invalid event', message: 'the body is not JSON' });
  const message = parseAlertMessage(json, Date.now(), randomUUID);
  if (!message.ok) return say(400, { status: 'invalid event', message: message.message });
  for (const alert of message.alerts) onAlert(alert);
  if (message.format === 'alertmanager') return say(200, { status: 'success' });
  say(202, { status: 'success', message: 'Event processed', dedup_key: message.alerts[0]?.key ?? '' });
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request) {
      const part = Buffer.from(chunk);
      bytes += part.byteLength;
      if (bytes > BODY_BYTES_MAX) return null;
      chunks.push(part);
    }
  } catch {
    // It broke off: what came of it is no alert.
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
