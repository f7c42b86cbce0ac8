// The broker on a Kafka topic, as the account had it. All events go to one partition, which gives them one order.
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';

const TOPIC = 'events';
const GROUP = 'warehouse';
const PARTITION = 0;
/** How long a look for new events waits for one. */
const POLL_MS = 250;
const AGAIN_MS = 100;
/** So long the group waits for a consumer that crashed, before it lets another go on. Kafka's default minimum is 6 s. */
const SESSION_MS = Number(process.env.KAFKA_SESSION_MS ?? 6_000);

const ofPartition = ({ partition }) => partition === PARTITION;
const entryOf = ({ offset, key, value, timestamp }) => ({
  offset,
  id: key.toString(),
  body: value,
  at: Number(timestamp),
});

/** @param {{ address: string, windowMs: number }} options @returns {Promise<import('./open-broker.mjs').Broker>} */
export async function kafkaBroker({ address, windowMs }) {
  const kafka = new Kafka({ clientId: 'rolling-window', brokers: [address], logLevel: logLevel.ERROR });
  const admin = kafka.admin();
  const producer = kafka.producer();
  const consumer = kafka.consumer({
    groupId: GROUP,
    sessionTimeout: SESSION_MS,
    heartbeatInterval: SESSION_MS / 3,
    maxWaitTimeInMs: POLL_MS,
  });
  await Promise.all([admin.connect(), producer.connect(), consumer.connect()]);
  await makeTopic(admin, windowMs);
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
  /** The next offset that is not committed. */
  let next = 0n;
  /** The oldest event that waits, as far as is known. */
  let oldest = { offset: -1n, at: 0 };

  return {
    windowMs,
    async append(id, body) {
      const [{ baseOffset }] = await producer.send({
        topic: TOPIC,
        acks: -1,
        messages: [{ key: id, value: body, partition: PARTITION }],
      });
      return baseOffset;
    },
    async follow(onBatch) {
      const eachBatch = async ({ batch, heartbeat, isRunning, isStale }) => {
        let entries = batch.messages.map(entryOf);
        // What was committed by who read this partition before is not in the batch.
        next = BigInt(entries[0].offset);
        while (entries.length > 0 && isRunning() && !isStale()) {
          oldest = { offset: BigInt(entries[0].offset), at: entries[0].at };
          await onBatch(entries).catch(() => sleep(AGAIN_MS));
          // However long the sink is away, this stays a member of the group.
          await heartbeat();
          entries = entries.filter(({ offset }) => BigInt(offset) >= next);
        }
      };
      // Resolves when the group has taken it in, which takes Kafka three seconds where nobody else is in it.
      await consumer.run({ autoCommit: false, eachBatch });
    },
    async commit(offset) {
      const after = BigInt(offset) + 1n;
      await consumer.commitOffsets([{ topic: TOPIC, partition: PARTITION, offset: String(after) }]);
      next = after;
    },
    async lag() {
      const [offsets, [{ partitions }]] = await Promise.all([
        admin.fetchTopicOffsets(TOPIC),
        admin.fetchOffsets({ groupId: GROUP, topics: [TOPIC] }),
      ]);
      const { low, high } = offsets.find(ofPartition);
      const { offset: committed } = partitions.find(ofPartition);
      const from = BigInt(committed) > BigInt(low) ? BigInt(committed) : BigInt(low);
      const events = Number(BigInt(high) - from);
      if (events === 0) return { events, oldestMs: 0 };
      // An event that was fetched has its own time in it; one that was not has waited since it was first seen to.
      if (from > oldest.offset) oldest = { offset: from, at: Date.now() };
      return { events, oldestMs: Date.now() - oldest.at };
    },
    close: async () => void (await Promise.all([consumer, producer, admin].map((client) => client.disconnect()))),
  };
}

/** A topic that is there already keeps the window that it has. */
async function makeTopic(admin, windowMs) {
  const { brokers, controller } = await admin.describeCluster();
  // librdkafka's mock names no controller: there a topic comes into being when it is first asked for, and keeps all.
  if (!brokers.some(({ nodeId }) => nodeId === controller)) return;
  const configEntries = [
    { name: 'retention.ms', value: String(windowMs) },
    // Kafka lets go of whole segments, never of the one that it writes.
    { name: 'segment.ms', value: String(Math.ceil(windowMs / 10)) },
  ];
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 1, configEntries }] });
}
