// Writes follow the name as well. No write fails, all is well, until the name leads home again: what was written to the copy
// meanwhile is not there, and nothing brings it there.
import { startSite } from '../site.mjs';

await startSite({ writes: 'follow the name' });
