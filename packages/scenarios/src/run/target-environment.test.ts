import { test } from 'tap';
import { planExperiment } from '../core/planning/plan-experiment.ts';
import { defaultTargetForCommand } from '../core/target/parse-target.ts';
import { loadScenario } from '../adapters/yaml-source.ts';
import { bundledScenarios } from '../adapters/bundled.ts';
import { targetEnvironment } from './target-environment.ts';

const SECRET = 'of-the-users-own-account';
/** Every name under which an SDK, or its tools, take what leads to an account. */
const ways = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_ACCESS_KEY_ID',
  'AWS_ACCESS_KEY',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SECRET_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_CREDENTIAL_FILE',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'AWS_BEARER_TOKEN_BEDROCK',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_S3',
];

test("nothing of the user's account is in the environment of the app, and no proxy before its S3", async (t) => {
  const scenario = await loadScenario(`${bundledScenarios}/brownout.yaml`);
  const target = defaultTargetForCommand(['true'], null, '/app');
  const plan = planExperiment({ scenario, target, targetFolder: '/app', options: { seed: '1' } });
  const inherited = {
    ...Object.fromEntries(ways.map((name) => [name, SECRET])),
    PATH: '/bin',
    AWS_MAX_ATTEMPTS: '1',
    AWS_CA_BUNDLE: '/ca.pem',
    HTTP_PROXY: 'http://proxy.example:3128',
    NO_PROXY: 'intranet.example',
  };
  const values = { PORT: '4000', S3_ENDPOINT: 'http://127.0.0.1:5000' };
  const credentials = { accessKeyId: 'GAMEDAY', secretAccessKey: 'embedded' };
  const env = targetEnvironment(plan, values, credentials, inherited);
  t.strictSame(
    Object.keys(env).filter((name) => env[name]?.includes(SECRET)),
    [],
  );
  t.match(env, {
    PATH: '/bin',
    AWS_MAX_ATTEMPTS: '1',
    AWS_CA_BUNDLE: '/ca.pem',
    AWS_ACCESS_KEY_ID: 'GAMEDAY',
    AWS_SECRET_ACCESS_KEY: 'embedded',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:5000',
    NO_PROXY: 'intranet.example,127.0.0.1,localhost',
    no_proxy: 'intranet.example,127.0.0.1,localhost',
  });
});
