import type { Program } from './command.ts';

/** nginx as a reverse proxy with kept-alive connections upstream, one worker, nothing buffered to disk. */
export const nginx: Program = {
  name: 'nginx',
  arguments: (folder) => ['-c', `${folder}/config`, '-e', `${folder}/error.log`],
  config: (folder, port, upstreamPort) => `
daemon off;
worker_processes 1;
pid ${folder}/pid;
events { worker_connections 1024; }
http {
  access_log off;
  client_max_body_size 0;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  keepalive_requests 10000000;
  upstream s3 { server 127.0.0.1:${upstreamPort}; keepalive 128; keepalive_requests 10000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://s3;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_request_buffering off;
      proxy_max_temp_file_size 0;
    }
  }
}
`,
};

export const haproxy: Program = {
  name: 'haproxy',
  arguments: (folder) => ['-f', `${folder}/config`],
  config: (_folder, port, upstreamPort) => `
global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  http-reuse always
frontend in
  bind 127.0.0.1:${port}
  default_backend s3
backend s3
  server s3 127.0.0.1:${upstreamPort}
`,
};

/** mitmproxy without its screen and without keeping what has passed: TLS or plain in, plain HTTP out. */
export const mitmdump: Program = {
  name: 'mitmdump',
  arguments: (folder, port, upstreamPort) => [
    '--quiet',
    `--mode=reverse:http://127.0.0.1:${upstreamPort}`,
    '--listen-host=127.0.0.1',
    `--listen-port=${port}`,
    `--set=confdir=${folder}`,
    '--set=stream_large_bodies=1m',
    '--set=keep_host_header=true',
  ],
  config: () => '',
};
