// One sink, and a window that is shorter than the outage: what it holds back at the end is lost. It must say so in time.
import { startPipeline } from '../pipeline.mjs';

const sinks = [{ bucket: 'warehouse-us-east-1', region: 'us-east-1' }];
await startPipeline({ windowMs: 5_000, sinks, switchAfterMs: Infinity });
