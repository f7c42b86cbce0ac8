// All three mistakes of the day in one registry.
import pLimit from 'p-limit';
import { openRegistry } from '../registry.mjs';
import { anyFailureIsAbsence, s3Layers, storageWorks } from '../s3-layers.mjs';

await storageWorks();
await openRegistry(anyFailureIsAbsence(s3Layers()), pLimit(16));
