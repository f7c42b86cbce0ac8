// The same broker on Kafka, as the account had it: BROKER=kafka://127.0.0.1:9092. The window is the topic's retention.ms.
// It needs a Kafka of your own; nothing here starts one.
import { Kafka, logLevel } from 'kafkajs';

const TOPIC = 'events';
const GROUP = 'warehouse';
const PARTITION = 0;

/** @param {{ brokers: string[], windowMs: number }} options @returns {Promise<import('./open-broker.mjs').Broker>} */
export async function kafkaBroker({ brokers, windowMs }) {
  const kafka = new Kafka({ clientId: 'rolling-window', brokers, logLevel: logLevel.ERROR });
  const admin = kafka.admin();
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  const consumer = kafka.consumer({ groupId: GROUP });
  await Promise.all([admin.connect(), producer.connect(), consumer.connect()]);
  const configEntries = [{ name: 'retention.ms', value: String(windowMs) }];
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 1, configEntries }] });
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
  let oldestWaiting = null;

  return {
    windowMs,
    async append(id, value) {
      const [{ baseOffset }] = await producer.send({ topic: TOPIC, acks: -1, messages: [{ key: id, value }] });
      return baseOffset;
    },
    follow(onBatch) {
      void consumer.run({
        autoCommit: false,
        // A batch whose handler throws is fetched again, from the committed offset on.
        eachBatch: async ({ batch: { messages } }) => {
          oldestWaiting = Number(messages[0].timestamp);
          const entries = messages.map(({ offset, key, value, timestamp }) => {
            return { offset, id: key.toString(), body: value, at: Number(timestamp) };
          });
          await onBatch(entries);
          oldestWaiting = null;
        },
      });
    },
    // Kafka's committed offset is the next one to read.
    commit: (offset) =>
      consumer.commitOffsets([{ topic: TOPIC, partition: PARTITION, offset: String(BigInt(offset) + 1n) }]),
    async lag() {
      const [[{ high }], [{ partitions }]] = await Promise.all([
        admin.fetchTopicOffsets(TOPIC),
        admin.fetchOffsets({ groupId: GROUP, topics: [TOPIC] }),
      ]);
      const events = Number(BigInt(high) - BigInt(Math.max(0, Number(partitions[0]?.offset ?? 0))));
      return { events, oldestMs: oldestWaiting === null ? 0 : Date.now() - oldestWaiting };
    },
  };
}
