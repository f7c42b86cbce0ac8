import type { Remedy } from '../report/basics.ts';

const ada = {
  title: 'Ada: February 28th Downtime Postmortem',
  url: 'https://ada.support/posts/february-28th-downtime-postmortem',
};
const tune = {
  title: 'TUNE: The AWS Outage, How We Were Prepared for the Worst',
  url: 'https://www.tune.com/blog/aws-outage-prepared-worst/',
};
const invoca = {
  title: 'Invoca: S3 Region Failover and Alerting',
  url: 'https://medium.com/invoca-engineering-blog/s3-region-failover-and-alerting-68a0779b0c06',
};
const goldin = {
  title: "Dan Goldin: Lessons learned from today's S3 failure",
  url: 'http://dangoldin.com/2017/02/28/lessons-learned-from-todays-s3-failure/',
};
const sentry = {
  title: 'Sentry: Dodging S3 Downtime With Nginx and HAProxy',
  url: 'https://blog.sentry.io/2017/03/01/dodging-s3-downtime-with-nginx-and-haproxy',
};
const harmony = {
  title: 'Harmony: February 28 incident post-mortem',
  url: 'https://get.harmonyapp.com/blog/february-28-incident-post-mortem',
};
const afoolish = {
  title: 'fREW Schmidt: The Great S3 Outage of 2017',
  url: 'https://blog.afoolishmanifesto.com/posts/the-great-s3-outage-of-2017',
};
const trello = {
  title: 'Trello: incident of 28 February 2017',
  url: 'https://trellostatus.com/incidents/7f1fhgrscbdh',
};
const docker = {
  title: 'Docker: moby/moby issue 31428',
  url: 'https://github.com/moby/moby/issues/31428',
};

/** What earns points back, by the symptom that the journal shows: each was proven by someone on the day. */
export const remedies = {
  hangs: {
    pattern: 'Fail-fast timeouts',
    advice:
      'Give every S3 call a deadline shorter than the patience of your users. In the JavaScript SDK set requestTimeout with throwOnRequestTimeout, connectionTimeout and socketTimeout on the request handler, or pass an AbortSignal to send(): it has no timeout by default. In boto3 set connect_timeout and read_timeout, which are 60 s each by default.',
    proof:
      'Ada waited too long on every S3 call that day; its remedies were a shorter socket timeout, and writing to the cache when S3 fails.',
    source: ada,
  },
  slow: {
    pattern: 'Cache in front of S3',
    advice:
      "Serve what was read before from a cache near the app, and let S3 refresh it in the background, so that its slowness is not your users' slowness.",
    proof: 'Sentry served its assets throughout the outage from an nginx cache that had been in service for one week.',
    source: sentry,
  },
  reads: {
    pattern: 'Region rotation, or a cache that serves stale copies',
    advice:
      'Replicate the bucket to a second region and rotate reads over both on ordinary days too, so that the other region is proven before it is needed; or serve the last good copy from a cache while S3 fails.',
    proof:
      'Invoca rotates through its regions on every request, so a lost region costs one more attempt. Sentry and Dan Goldin served cached copies.',
    source: invoca,
  },
  untried: {
    pattern: 'A way out that is used every day',
    advice:
      'Send a part of the ordinary requests through the other region, so that its access keys, its policy and its copies are tried every day; or rehearse the failover, and raise an alarm when the rehearsal fails.',
    proof:
      'Invoca asked how one knows that the backup works, and rotates through its regions on every request instead of waiting for the day.',
    source: invoca,
  },
  writes: {
    pattern: 'Buffer and replay',
    advice:
      'When S3 refuses a write, put it into a durable local log or queue, say yes to the user only then, and replay the log when S3 is back; or write to a bucket in another region by a switch that needs no deploy.',
    proof:
      'TUNE logged and replayed every failed write and redirected its services to S3 in another region: more than 250 million clicks came through the outage.',
    source: tune,
  },
  lost: {
    pattern: 'Acknowledge only what is durable',
    advice:
      "Say yes to the user after the write is in S3, or in a local log that survives a restart. Move a consumer's offset on after the upload, never before.",
    proof:
      'Dan Goldin kept events in Kafka while S3 was down and read them again from the last uploaded one: Secor commits its offset after the upload.',
    source: goldin,
  },
  corrupted: {
    pattern: 'Idempotent writes with checksums',
    advice:
      'Send a checksum with every PUT, give an object the same name whenever its write is repeated, and take a half-finished write for failed.',
    proof:
      'Secor names each object after the first offset in it, so a repeated upload overwrites itself with the same bytes.',
    source: goldin,
  },
  duplicated: {
    pattern: 'Idempotent writes with keys',
    advice:
      'Give every write a key that stays the same whenever it is repeated, and let the store refuse or overwrite the second one: an object named by its content or its first offset, If-None-Match on PutObject, a unique index. Then a replayed queue or a retried request changes nothing.',
    proof:
      'Secor names each object after the first offset in it, so a repeated upload overwrites itself instead of standing there twice.',
    source: goldin,
  },
  resurrected: {
    pattern: 'Deletes that win',
    advice:
      'Let a delete leave a tombstone with a time in every store and queue, and compare it before a buffered write or an older copy is put back after an outage.',
    proof:
      'Our own test app shows it: it says yes to a delete that S3 refused, and after the outage the object is there again.',
    source: null,
  },
  sharedIds: {
    pattern: 'Ids that nobody else has',
    advice:
      'Draw ids at random (a UUID), or let the store refuse one that is taken: If-None-Match: * on PutObject, a unique index. A counter in memory starts again with the process, and two processes count alike.',
    proof:
      'RFC 9562 gives a random UUID 122 random bits: ids that meet are then no event to plan for, whatever restarts.',
    source: { title: 'RFC 9562: Universally Unique IDentifiers', url: 'https://www.rfc-editor.org/rfc/rfc9562' },
  },
  unnamed: {
    pattern: 'A yes that names what was written',
    advice:
      'Answer a write with its id, in the body or in Location, and with an error where there is none yet: whoever gets a bare yes can neither find nor delete what they wrote.',
    proof: 'RFC 9110 has 201 Created name the new resource: by Location, or else it is the one that was asked for.',
    source: {
      title: 'RFC 9110: HTTP Semantics, 201 Created',
      url: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.3.2',
    },
  },
  unproven: {
    pattern: 'Read back what you acknowledged',
    advice:
      'Tell Gameday how an acknowledged write is read back (audit in chaos.yaml), through the app or straight from S3, and make that route answer after the outage.',
    proof: 'TUNE compares its data sets with what it logged to S3, and so knows that nothing is missing.',
    source: tune,
  },
  wrongAnswers: {
    pattern: 'Errors that stay errors',
    advice:
      'Check length and checksum before you answer, and answer 503 when S3 fails: never an empty, short or foreign body with a success status, never "not found".',
    proof:
      'Docker Hub turned S3\'s failure into "manifest unknown" that day, and its users looked for a mistake of their own.',
    source: docker,
  },
  recovery: {
    pattern: 'Shed stuck work',
    advice:
      'Let every request, queue and connection pool drop what is stuck: a deadline for each request, bounded queues, a health check that closes dead connections, and no start-up step that needs S3.',
    proof:
      "A request reaper freed the stuck workers of fREW Schmidt's site that day; Trello, whose start-up checks needed S3, could not even restart.",
    source: afoolish,
  },
  retries: {
    pattern: 'Retry budget',
    advice:
      "Retry in one layer only, with a limit and jitter. Keep one S3 client a process, so that the SDK's own retry quota works; set maxAttempts, and add no retry loop around it.",
    proof:
      'Measured with @aws-sdk/client-s3 3.1169 while every answer was a 500 and the app retried three times: one shared client sent 3.2 requests for each operation, a new client for each request 9.0.',
    source: null,
  },
  stale: {
    pattern: 'Bounded staleness',
    advice:
      'Give each copy a version and an age limit. After an outage take the newest of cache, replica and S3, write back what S3 missed, and never let an older copy replace a newer one.',
    proof:
      'Ada served models from its cache while S3 refused them, and resolved to build a script that trains all of them anew should the caches be flushed: what S3 held by then was old.',
    source: ada,
  },
  growth: {
    pattern: 'Bounded queues',
    advice:
      'Give every queue, pool and set of requests in flight a limit, and a rule for what happens at it: refuse at once, drop the oldest, or write to disk. Give every S3 call a deadline, so that what waits for it is let go.',
    proof:
      "A request reaper freed the stuck workers of fREW Schmidt's site that day, which would else have filled it up.",
    source: afoolish,
  },
  restart: {
    pattern: 'Start without S3',
    advice:
      'Ask nothing of S3 at the start: read configuration and assets from the image or the disk, connect when the first request needs it, and say on the health route what is missing instead of refusing to start.',
    proof: 'Trello could not be started again on that day: its start-up checks needed S3.',
    source: trello,
  },
  replicas: {
    pattern: 'More than one process',
    advice:
      'Run two or more processes behind a router, start them again one after the other, and send requests only to those that pass their health check: then nobody notices a restart.',
    proof:
      'Netflix ends instances of its own at random, in production, so that its engineers build services that can lose one.',
    source: { title: 'Netflix: Chaos Monkey', url: 'https://github.com/Netflix/chaosmonkey' },
  },
  residue: {
    pattern: 'Close the gaps of the fallback',
    advice:
      'A fallback was seen at work, so look at what failed all the same. In the seconds before it took over: shorter deadlines, more frequent health checks, or a second attempt within the same request. For objects that it does not have: write to both places, or keep what is new at hand until it is copied.',
    proof:
      'Invoca tries the next region within the same request, so that there are no seconds in which a switch is still to come.',
    source: invoca,
  },
  detection: {
    pattern: 'An alarm of your own',
    advice:
      'Count S3 failures for each region and server, raise an alarm when several servers agree, and let nothing in that path depend on S3. Let it clear by itself when S3 is back, also where traffic is low.',
    proof:
      'Invoca keeps a gauge for each region and server, warns when three servers lose a region, and calls it critical when one server has lost them all.',
    source: invoca,
  },
  journeys: {
    pattern: 'Pages that work without S3',
    advice:
      'Keep the scripts, styles and pictures that a page cannot do without in a cache or beside the app, show a placeholder for the rest, and give every picture a size.',
    proof: 'Sentry served its assets throughout the outage from an nginx cache that had been in service for one week.',
    source: sentry,
  },
  breaker: {
    pattern: 'Circuit breaker',
    advice:
      'After a few failures in a row answer from the fallback at once, and let one request through now and then to see whether S3 is back.',
    proof:
      'Harmony lost its whole site to requests that waited for S3, and had to deploy the switch that a breaker throws by itself.',
    source: harmony,
  },
  killSwitch: {
    pattern: 'Kill switch',
    advice:
      'Have a switch that turns the S3 features off without a deploy, and keep it where S3 is not needed to throw it.',
    proof:
      'Harmony needed twenty minutes to find the cause that day and ten to deploy a switch that disables S3; the site came back with it.',
    source: harmony,
  },
  hedging: {
    pattern: 'Hedged reads',
    advice:
      'Where one region is slow rather than dead, send a second request to another one after the usual p95, take the first answer, and call the other off with an AbortSignal.',
    proof:
      'Nobody of that day reported hedging; Invoca, which rotates its regions, paid for a dead one with a single further attempt.',
    source: invoca,
  },
  shedding: {
    pattern: 'Load shedding',
    advice:
      'Bound every queue and pool, and refuse what does not fit with 503 and Retry-After at once: a quick no frees the user and the worker.',
    proof: "A request reaper freed the stuck workers of fREW Schmidt's site that day.",
    source: afoolish,
  },
  blastRadius: {
    pattern: 'Bulkheads and a kill switch',
    advice:
      'Keep pages that need no S3 apart from those that do: own worker pools and connection pools with a limit, and a switch that turns S3 features off without a deploy.',
    proof:
      "Harmony's web servers filled up with requests that waited for S3, and the whole site fell with it, until a switch that disables S3 was deployed.",
    source: harmony,
  },
} as const satisfies Readonly<Record<string, Remedy>>;
