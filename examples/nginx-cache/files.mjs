// A service that keeps files in S3 and reads them through a cache: what both forms have in common.
import { setTimeout as sleep } from 'node:timers/promises';
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

/** What everybody reads. */
const POPULAR = Array.from({ length: 6 }, (_, index) => `popular-${index}`);
const contentOf = (name) => Buffer.from(`${name}\n${'many lines\n'.repeat(1_500)}end of file\n`);

/**
 * @param {{ put: (key: string, body: Buffer) => Promise<unknown>, get: (key: string) => Promise<Buffer | null> }} bucket
 */
export async function serveFiles(bucket) {
  const publish = async () => {
    for (const name of POPULAR) {
      while (!(await isDone(bucket.put(`files/${name}`, contentOf(name))))) await sleep(200);
      // Sentry's cache had been in service for a week: what everybody reads was in it.
      await isDone(bucket.get(`files/${name}`));
    }
  };
  // They are there before the first user comes; but a start must not need S3.
  await Promise.race([publish(), sleep(5_000)]);
  await serve(Number(process.env.PORT), {
    'GET /healthz': () => ({ status: 200 }),
    'GET /about': () => json({ popular: POPULAR[Math.floor(Math.random() * POPULAR.length)] }),
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
}

const isDone = (promise) =>
  promise.then(
    () => true,
    () => false,
  );
