// A bench process: autocannon alone. argv: the app's port, requests a second (0 for as many as it can), seconds,
// connections. Prints what it took.
import autocannon from 'autocannon';

const [, , port = '', rate = '', seconds = '', connections = ''] = process.argv;
const before = process.cpuUsage();
const result = await autocannon({
  url: `http://127.0.0.1:${port}`,
  connections: Number(connections),
  duration: Number(seconds),
  ...(rate === '0' ? {} : { overallRate: Number(rate) }),
});
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ requests: result['2xx'], cpuUs: user + system }));
process.exit();
