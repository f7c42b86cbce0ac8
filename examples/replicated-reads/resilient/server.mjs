// Reads fail over by name; writes fail fast while their region is away.
import { startSite } from '../site.mjs';

await startSite({ writes: 'go home' });
