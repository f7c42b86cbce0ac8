// A bench process: the app under load, as cheap as it can be. It notes when each request arrives, and can hang.
import { createServer } from 'node:http';

let arrivals: number[] = [];
let hanging: (() => void)[] | null = null;
const server = createServer((_request, response) => {
  arrivals.push(performance.now());
  const answer = (): void => void response.end('x'.repeat(100));
  if (hanging === null) answer();
  else hanging.push(answer);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) process.send?.({ port: address.port });
});
process.on('message', (message) => {
  if (message === 'take') {
    process.send?.({ arrivals });
    arrivals = [];
  } else if (message === 'hang') {
    hanging = [];
    arrivals = [];
  } else if (message === 'go-on') {
    process.send?.({ arrived: arrivals.length });
    const waiting = hanging ?? [];
    hanging = null;
    for (const answer of waiting) answer();
  }
});
process.on('disconnect', () => process.exit());
