// It serves from its disk, starts without S3, gives each S3 call a deadline, and lets an error be an error.
import { diskOf } from '../../shared/servers.mjs';
import { keepLayers } from '../kept-layers.mjs';
import { openRegistry } from '../registry.mjs';

await openRegistry(await keepLayers(await diskOf('cascade')));
