// Files go to S3, and to a second provider once an event has waited for too long. The window is Kafka's week at the speed of
// the rehearsal, more or less.
import { startPipeline } from '../pipeline.mjs';

const sinks = [
  { bucket: 'warehouse-us-east-1', region: 'us-east-1' },
  { bucket: 'warehouse-elsewhere', region: 'us-west-2' },
];
await startPipeline({ windowMs: 600_000, sinks, switchAfterMs: 5_000 });
