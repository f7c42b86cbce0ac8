// A registry of image layers: pushes, pulls, and a page that needs no S3. What each form of it does wrong stands in that
// form's own server.mjs.
import { HttpError, json, serve } from '../shared/http.mjs';

/** @typedef {{ push: (id: string, layer: Buffer) => Promise<void>, pull: (id: string) => Promise<Buffer | null> }} Layers */

/**
 * @param {Layers} layers
 * @param {<T>(work: () => Promise<T>) => Promise<T>} admit lets a request in, now or later
 */
export async function openRegistry(layers, admit = (work) => work()) {
  const started = new Date();
  const routes = {
    'GET /healthz': async () => ({ status: 200 }),
    'GET /about': async () => json({ registry: 'cascade', started }),
    'PUT /layers/:id': async ({ id, body }) => {
      await layers.push(id, body);
      return { status: 201 };
    },
    'GET /layers/:id': async ({ id }) => {
      const layer = await layers.pull(id);
      if (layer === null) throw new HttpError(404, 'layer unknown');
      return { status: 200, body: layer };
    },
  };
  const admitted = Object.entries(routes).map(([line, handler]) => [line, (asked) => admit(() => handler(asked))]);
  await serve(Number(process.env.PORT), Object.fromEntries(admitted));
}
