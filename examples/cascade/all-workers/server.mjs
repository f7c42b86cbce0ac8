// Harmony: so many workers, and every request takes one, also those that need no S3. One that waits for S3 is gone.
import pLimit from 'p-limit';
import { openRegistry } from '../registry.mjs';
import { s3Layers } from '../s3-layers.mjs';

await openRegistry(s3Layers(), pLimit(16));
