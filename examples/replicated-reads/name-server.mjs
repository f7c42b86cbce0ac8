// A name server that looks after what its name leads to, as Route 53 does: it checks both regions, answers with the first
// one that is well, and lets nobody keep the answer for longer than the TTL. It speaks DNS over UDP to whoever asks.
import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import dns from 'dns-packet';
import { endpointOf, openBucket } from '../shared/s3.mjs';
import { bucketOf, hostOf, REGIONS, SITE_NAME } from './regions.mjs';

const TTL_S = 1;
const CHECK_EVERY_MS = 250;
const CHECK_WITHIN_MS = 400;
/** Down after so many failed checks in a row, up again after so many good ones: one slow answer moves nobody. */
const FAILED_CHECKS = 2;
const GOOD_CHECKS = 6;

/** @returns {Promise<number>} the UDP port that it answers on */
export function startNameServer() {
  const health = new Map(REGIONS.map((region) => [region, watch(region)]));
  const inUse = () => REGIONS.find((region) => health.get(region).isUp()) ?? REGIONS[0];
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => {
    const query = dns.decode(message);
    const answers = query.questions.flatMap((question) => answersTo(question, inUse()));
    const flags = dns.AUTHORITATIVE_ANSWER;
    const reply = { type: 'response', id: query.id, flags, questions: query.questions, answers };
    socket.send(dns.encode(reply), from.port, from.address);
  });
  return new Promise((resolve) => {
    socket.bind(0, '127.0.0.1', () => resolve(socket.address().port));
  });
}

/** The regions of this rehearsal differ by port alone, so the name is a service (SRV): a host and its port. */
function answersTo({ name, type }, region) {
  const { hostname, port } = new URL(endpointOf(region));
  if (type === 'SRV' && name === SITE_NAME) {
    return [{ type, name, ttl: TTL_S, data: { target: hostOf(region), port: Number(port), priority: 0, weight: 0 } }];
  }
  return type === 'A' && REGIONS.some((one) => hostOf(one) === name)
    ? [{ type, name, ttl: TTL_S, data: hostname }]
    : [];
}

function watch(region) {
  const { bucket, send } = openBucket({ bucket: bucketOf(region), region, deadlineMs: CHECK_WITHIN_MS });
  let up = true;
  let against = 0;
  void (async () => {
    for (;;) {
      const good = await send(new HeadBucketCommand({ Bucket: bucket })).then(
        () => true,
        () => false,
      );
      against = good === up ? 0 : against + 1;
      if (against >= (up ? FAILED_CHECKS : GOOD_CHECKS)) {
        up = !up;
        against = 0;
        console.log(`health check: ${region} is ${up ? 'up' : 'down'}`);
      }
      await sleep(CHECK_EVERY_MS);
    }
  })();
  return { isUp: () => up };
}
