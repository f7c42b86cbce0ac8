// A site whose assets lie in S3, behind an edge of a CDN (nginx here): what both forms have in common.
import { HttpError, serve } from '../shared/http.mjs';
import { diskOf, freePort, startNginx } from '../shared/servers.mjs';

/** Assets that every page has, and old ones that hardly anybody asks for. */
const PAGE = Array.from({ length: 6 }, (_, index) => `page-${index}.css`);
const ARCHIVE = Array.from({ length: 150 }, (_, index) => `archive-${index}.css`);

/** The last line tells a whole asset from a part of one. */
const contentOf = (name) => `/* ${name} */\n${'.rule { margin: 0 }\n'.repeat(400)}/* end of asset */\n`;

const oneOf = (list) => list[Math.floor(Math.random() * list.length)];

/** Uploads the assets, as a deploy does. @param {{ put: (key: string, body: string) => Promise<unknown> }} bucket */
export async function deploy(bucket) {
  for (const name of [...PAGE, ...ARCHIVE]) await bucket.put(`assets/${name}`, contentOf(name));
}

/** @param {(key: string) => Promise<Buffer | null>} fetchAsset @returns {Promise<number>} the origin's port */
export const startOrigin = (fetchAsset) =>
  serve(0, {
    'GET /': () => ({
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: `<link rel="stylesheet" href="/assets/${oneOf(PAGE)}"><link rel="prefetch" href="/assets/${oneOf(ARCHIVE)}">`,
    }),
    'GET /assets/:id': async ({ id }) => {
      const body = await fetchAsset(`assets/${id}`);
      if (body === null) throw new HttpError(404, 'no such asset');
      return { status: 200, body, headers: { 'content-type': 'text/css' } };
    },
  });

/** The edge: pages pass through, assets are cached by the given rules. @param {number} origin @param {string} rules */
export async function startEdge(origin, rules) {
  const port = Number(process.env.PORT ?? (await freePort()));
  const disk = await diskOf('edge');
  await startNginx({
    disk,
    port,
    http: `
      proxy_cache_path ${disk}/cache levels=1:2 keys_zone=assets:10m max_size=100m inactive=7d;
      server {
        listen 127.0.0.1:${port};
        # nginx reads the next request of a connection only when the background update that an earlier one began is over.
        keepalive_timeout 0;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        location / { proxy_pass http://127.0.0.1:${origin}; }
        location /assets/ {
          proxy_pass http://127.0.0.1:${origin};
          proxy_cache assets;
          add_header X-Cache $upstream_cache_status always;
          ${rules}
        }
      }`,
  });
}
