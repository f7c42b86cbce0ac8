// A bench process: http-proxy-3 with kept-alive connections upstream.
import { Agent, createServer } from 'node:http';
import { createProxyServer } from 'http-proxy-3';
import { announce } from './process.ts';

const proxy = createProxyServer({
  target: `http://127.0.0.1:${process.argv[2]}`,
  agent: new Agent({ keepAlive: true, maxFreeSockets: 1_024 }),
});
const server = createServer((request, response) => proxy.web(request, response));
server.listen(0, '127.0.0.1', () => announce(server.address()));
