import { atLeast, atMost, type Figure } from '../figure.ts';
import { startProgram } from './command.ts';
import { SUBJECT_CORE } from './cores.ts';
import { load, type Way } from './load.ts';
import { startOn, type BenchProcess } from './process.ts';
import { mitmdump } from './programs.ts';
import { inRounds } from './rounds.ts';

const ROUNDS = 5;
const CONNECTIONS = 16;
const REQUESTS = 6_000;
const REQUESTS_OF_SLOW = 1_000;

async function costUs(process: BenchProcess, way: Way): Promise<number> {
  const before = process.cpuUs();
  const answered = await load(process.port, CONNECTIONS, REQUESTS, way);
  return (process.cpuUs() - before) / answered;
}

async function perSecond(process: BenchProcess, requests: number, way: Way): Promise<number> {
  const startMs = performance.now();
  const answered = await load(process.port, CONNECTIONS, requests, way);
  return answered / ((performance.now() - startMs) / 1000);
}

/** HTTPS opened on the way: against our own plain path in CPU, against mitmproxy's in requests a second. */
export async function interception(upstreamPort: number): Promise<readonly Figure[]> {
  const script = import.meta.resolve('./ours.js');
  const plain = await startOn(SUBJECT_CORE, script, String(upstreamPort), 'pass');
  const tls = await startOn(SUBJECT_CORE, script, String(upstreamPort), 'pass', 'proxy');
  const peer = await startProgram(mitmdump, upstreamPort);
  try {
    await load(plain.port, CONNECTIONS, REQUESTS);
    await load(tls.port, CONNECTIONS, REQUESTS, 'tunnel');
    const costs = await inRounds(
      new Map([
        ['plain', () => costUs(plain, 'plain')],
        ['tls', () => costUs(tls, 'tunnel')],
      ]),
      ROUNDS,
    );
    const metric = `CPU us for a 1 KB GET over intercepted TLS, ${CONNECTIONS} connections`;
    const figures = [atMost('injector', metric, costs.get('tls') ?? 0, costs.get('plain') ?? 0, 'our plain path', 1.4)];
    if (peer === undefined) return figures;
    await load(peer.port, CONNECTIONS, REQUESTS_OF_SLOW, 'tls');
    const speeds = await inRounds(
      new Map([
        ['ours', () => perSecond(tls, REQUESTS, 'tunnel')],
        ['mitmdump', () => perSecond(peer, REQUESTS_OF_SLOW, 'tls')],
      ]),
      ROUNDS,
    );
    const name = `requests/s over intercepted TLS, ${CONNECTIONS} connections`;
    return [
      ...figures,
      atLeast('injector', name, speeds.get('ours') ?? 0, speeds.get('mitmdump') ?? 0, 'mitmdump', 10),
    ];
  } finally {
    await Promise.all([plain, tls, peer].map((process) => process?.stop() ?? Promise.resolve()));
  }
}
