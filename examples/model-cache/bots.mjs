// An API of chat bots: training one makes its model, answering uses it. What both forms have in common.
import { HttpError, json, serve } from '../shared/http.mjs';

export const keyOf = (bot) => `models/${bot}`;

/**
 * @param {number} port
 * @param {{ train: (bot: string, examples: Buffer) => Promise<void>, model: (bot: string) => Promise<Buffer | null> }} bots
 * @param {Record<string, import('../shared/http.mjs').Handler>} more further routes
 */
export async function serveBots(port, { train, model }, more = {}) {
  await serve(port, {
    'GET /status': () => json({ api: 'up' }),
    'PUT /bots/:id': async ({ id, body }) => {
      await train(id, body);
      return { status: 200 };
    },
    'GET /bots/:id': async ({ id }) => {
      const found = await model(id);
      if (found === null) throw new HttpError(404, 'never trained');
      return { status: 200, body: found };
    },
    ...more,
  });
  process.send?.('serving');
}
