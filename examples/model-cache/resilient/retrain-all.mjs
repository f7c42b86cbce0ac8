// Fills a cache that was flushed, or is cold, from the training data: node retrain-all.mjs REDIS_PORT FOLDER
import { openModels } from './models.mjs';
import { openTrainingData } from './training-data.mjs';

const [redisPort, folder] = process.argv.slice(2);
const models = openModels(Number(redisPort), await openTrainingData(folder));
console.log(`retrained ${await models.retrainAll()} models`);
process.exit(0);
