// The nginx through which all requests come. Where it leads to can be changed while it runs.
import { diskOf, startNginx } from '../shared/servers.mjs';

/**
 * @param {number} port
 * @param {readonly number[]} apis ports of the API, in the order in which they are to be used: the others stand by
 * @returns {Promise<(apis: readonly number[]) => Promise<void>>} the switch
 */
export async function startRouter(port, apis) {
  const leadTo = ([first, ...others]) => `
    upstream api {
      server 127.0.0.1:${first} max_fails=1 fail_timeout=1s;
      ${others.map((other) => `server 127.0.0.1:${other} backup;`).join(' ')}
    }
    server {
      listen 127.0.0.1:${port};
      location / {
        proxy_pass http://api;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_connect_timeout 300ms;
      }
    }`;
  const nginx = await startNginx({ disk: await diskOf('router'), port, http: leadTo(apis) });
  return (inOrder) => nginx.reload(leadTo(inOrder));
}
