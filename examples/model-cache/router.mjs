// The nginx through which all requests come. Where it leads to can be changed while it runs.
import { diskOf, startNginx } from '../shared/servers.mjs';

/** @param {number} port @param {number} api the port of the API @returns {Promise<(api: number) => Promise<void>>} the switch */
export async function startRouter(port, api) {
  const leadTo = (to) => `
    server {
      listen 127.0.0.1:${port};
      location / {
        proxy_pass http://127.0.0.1:${to};
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_connect_timeout 300ms;
      }
    }`;
  const nginx = await startNginx({ disk: await diskOf('router'), port, http: leadTo(api) });
  return (to) => nginx.reload(leadTo(to));
}
