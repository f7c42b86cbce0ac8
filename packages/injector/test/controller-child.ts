// A controller that puts a fault in force and renews its lease for as long as it lives.
const [url = '', token = '', periodMs = '10'] = process.argv.slice(2);
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
const where = { regions: ['us-east-1'] };
const window = { id: 'w', endMs: 3_600_000, where, fault: { kind: 'http-error', code: 'SlowDown' } };
process.send?.('ready');
await fetch(`${url}/timeline`, { method: 'PUT', headers, body: JSON.stringify({ windows: [window] }) });
setInterval(() => {
  void fetch(`${url}/lease`, { method: 'POST', headers });
}, Number(periodMs));
