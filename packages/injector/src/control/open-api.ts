import { z } from 'zod';
import { localStackSchema } from '../core/localstack.ts';
import { timelineSchema } from '../core/timeline-schema.ts';
import { injectorVersion } from '../version.ts';
import { pausedReplicationSchema } from './paused-replication.ts';
import { controlAccountingSchema, controlStatusSchema } from './status.ts';

const jsonOf = (schema: z.ZodType): unknown => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
};

const content = (schema: unknown, type = 'application/json') => ({ [type]: { schema } });
const answers = (description: string, schema?: unknown, type?: string) => ({
  '200': { description, ...(schema === undefined ? {} : { content: content(schema, type) }) },
  '401': { description: 'No bearer token, or a wrong one.' },
  '403': { description: 'A foreign Host or Origin.' },
});
const takes = (schema: z.ZodType) => ({ required: true, content: content(jsonOf(schema)) });
const text = { type: 'string' };
const status = jsonOf(controlStatusSchema);
const bad = { '400': { description: 'What is wrong with it, one line each.' } };

/** The control API as OpenAPI 3.1, from the schemas that it checks with. */
export function openApiDocument(): object {
  return {
    openapi: '3.1.0',
    info: { title: 'Gameday injector', version: injectorVersion },
    security: [{ token: [] }],
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    paths: {
      '/openapi.json': { get: { responses: answers('This document.') } },
      '/timeline': {
        get: { responses: answers('The timeline in force.', jsonOf(timelineSchema)) },
        put: {
          description: 'Puts a timeline in force, its zero being now, and begins a lease.',
          requestBody: takes(timelineSchema),
          responses: {
            ...answers('In force.', status),
            ...bad,
            '412': { description: 'With `If-None-Match: *`: a timeline is in force already.' },
          },
        },
        delete: { description: 'Heals everything at once.', responses: answers('Healed.', status) },
      },
      '/localstack': {
        put: {
          description: "LocalStack's chaos rules, in force until the lease ends.",
          requestBody: takes(localStackSchema),
          responses: { ...answers('In force, as a timeline.', jsonOf(timelineSchema)), ...bad },
        },
      },
      '/replication': {
        put: {
          description:
            'Pauses replication of the S3 that is the injector’s own, until the lease of the timeline in force ends.',
          requestBody: takes(pausedReplicationSchema),
          responses: {
            ...answers('Paused.', status),
            ...bad,
            '409': { description: 'Not possible: the S3 of a region that is meant is not the injector’s own.' },
            '412': { description: 'No timeline is in force. One without windows will do.' },
          },
        },
      },
      '/lease': {
        post: {
          description: 'Renews the lease. Without it, faults end.',
          parameters: [
            {
              name: 'timeline',
              in: 'query',
              schema: { type: 'integer' },
              description: 'Renews it for this timeline alone, as `/status` counts them.',
            },
          ],
          responses: answers('Renewed.', status),
        },
      },
      '/status': { get: { responses: answers('Endpoints, lease, clock, exchanges in flight.', status) } },
      '/accounting': {
        get: {
          responses: answers(
            'What each window has struck, which never did, and which were proved by a connection of our own.',
            jsonOf(controlAccountingSchema),
          ),
        },
      },
      '/events': {
        get: {
          description:
            'Exchanges as they end, numbered; `unanswered` is a connection that a black hole left without an answer. With `Last-Event-ID` it goes on behind that one; `lost` says how many are not kept any more.',
          responses: answers('Server-sent events.', text, 'text/event-stream'),
        },
      },
      '/metrics': { get: { responses: answers('For Prometheus.', text, 'text/plain') } },
    },
  };
}
