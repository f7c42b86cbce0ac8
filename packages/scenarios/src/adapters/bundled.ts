import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const packageRoot = new URL('../../../', import.meta.url);
/** In the repository what comes along stands at the root; a package that was installed carries it. */
const home = existsSync(new URL('../../scenarios/s3-us-east-1-outage.yaml', packageRoot))
  ? new URL('../../', packageRoot)
  : packageRoot;

/** The scenarios that come with Gameday. */
export const bundledScenarios: string = fileURLToPath(new URL('scenarios/', home));

/** The app that is rehearsed where the user names none. */
export const bundledExample: string = fileURLToPath(new URL('examples/photo-gallery/', home));
