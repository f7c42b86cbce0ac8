// A bench process: mockttp passing everything through, as it comes.
import { getLocal } from 'mockttp';
import { announce } from './process.ts';

const server = getLocal({ recordTraffic: false, suggestChanges: false, http2: false, maxBodySize: 65_536 });
await server.start();
await server.forAnyRequest().thenForwardTo(`http://127.0.0.1:${process.argv[2]}`);
announce({ address: '127.0.0.1', family: 'IPv4', port: server.port });
