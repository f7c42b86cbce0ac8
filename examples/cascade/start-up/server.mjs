// Trello: it serves from its disk through any outage, unless somebody restarts it.
import { diskOf } from '../../shared/servers.mjs';
import { keepLayers } from '../kept-layers.mjs';
import { openRegistry } from '../registry.mjs';
import { storageWorks } from '../s3-layers.mjs';

await storageWorks();
await openRegistry(await keepLayers(await diskOf('cascade')));
