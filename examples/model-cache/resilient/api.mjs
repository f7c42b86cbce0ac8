// The API: on the platform, and in hot standby on another host. PORT, the cache's port, and the database's folder.
import { json } from '../../shared/http.mjs';
import { serveBots } from '../bots.mjs';
import { openModels } from './models.mjs';
import { openTrainingData } from './training-data.mjs';

const [port, redisPort, folder] = process.argv.slice(2);
const models = await openModels(Number(redisPort), await openTrainingData(folder));
await serveBots(Number(port), models, {
  'POST /retrain-all': async () => json({ retrained: await models.retrainAll() }),
});
