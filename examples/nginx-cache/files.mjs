// A service that keeps files in S3 and reads them through a cache: what both forms have in common.
import { HttpError, json, serve } from '../shared/http.mjs';
import { diskOf, freePort, startHaproxy, startNginx } from '../shared/servers.mjs';

/**
 * HAProxy before nginx before S3, as Sentry had it. nginx keeps the Host header, because requests to S3 are signed.
 * @param {{ cache: string, proxy: string, location: string, server: string, backend: (s3: string) => string }} settings
 * @returns {Promise<string>} where the cache answers
 */
export async function startCache({ cache, proxy, location, server, backend }) {
  const s3 = new URL(process.env.AWS_ENDPOINT_URL_S3 ?? process.env.S3_ENDPOINT).host;
  const [nginxPort, haproxyPort] = [await freePort(), await freePort()];
  const nginxDisk = await diskOf('nginx');
  await startNginx({
    disk: nginxDisk,
    port: nginxPort,
    http: `
      proxy_cache_path ${nginxDisk}/cache levels=1:2 keys_zone=files:10m ${cache};
      server {
        listen 127.0.0.1:${nginxPort};
        location = /up { return 200; }
        location / {
          proxy_pass http://${s3};
          proxy_set_header Host $http_host;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_cache files;
          # The SDK adds a query that says nothing about the object.
          proxy_cache_key $uri;
          ${location}
        }
      }`,
  });
  await startHaproxy({
    disk: await diskOf('haproxy'),
    port: haproxyPort,
    sections: `
      defaults
        mode http
        ${proxy}
      listen cache
        bind 127.0.0.1:${haproxyPort}
        server nginx 127.0.0.1:${nginxPort} ${server}
        ${backend(s3)}`,
  });
  return `http://127.0.0.1:${haproxyPort}`;
}

/**
 * @param {{ put: (key: string, body: Buffer) => Promise<unknown>, get: (key: string) => Promise<Buffer | null> }} bucket
 */
export const serveFiles = (bucket) =>
  serve(Number(process.env.PORT), {
    'GET /healthz': () => ({ status: 200 }),
    'GET /about': () => json({ files: 'nginx-cache' }),
    'PUT /files/:id': async ({ id, body }) => {
      await bucket.put(`files/${id}`, body);
      return { status: 201 };
    },
    'GET /files/:id': async ({ id }) => {
      const file = await bucket.get(`files/${id}`);
      if (file === null) throw new HttpError(404, 'no such file');
      return { status: 200, body: file };
    },
  });
