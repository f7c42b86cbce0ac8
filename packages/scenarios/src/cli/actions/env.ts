import { EMBEDDED_CREDENTIALS } from '../../adapters/s3-behind.ts';
import { wordHint } from '../../core/words/nearest-word.ts';
import { describeRecipe, recipes } from '../../core/first-steps/sdk-recipes.ts';
import { CliError } from '../cli-error.ts';

export interface EnvRequest {
  readonly sdk: string | undefined;
  readonly port: number;
  readonly region: string;
  readonly json: boolean;
}

/** Prints what to set so that an app's S3 traffic passes through the injector. @throws {CliError} for an unknown SDK */
export function printRecipes({ sdk, port, region, json }: EnvRequest): void {
  const all = recipes({ endpoint: `http://127.0.0.1:${port}`, region, ...EMBEDDED_CREDENTIALS });
  const wanted = sdk === undefined ? all : all.filter(({ id }) => id === sdk);
  if (wanted.length === 0) {
    const ids = all.map(({ id }) => id);
    throw new CliError(
      `no recipe for ${sdk ?? ''}`,
      wordHint(sdk ?? '', ids) ?? `there are ${ids.join(', ')}`,
      'usage',
    );
  }
  if (json) {
    console.log(JSON.stringify(wanted, null, 2));
    return;
  }
  for (const recipe of wanted) console.log(describeRecipe(recipe));
  console.log('An app that chaos run starts gets the AWS_ variables by itself; more go under env: in chaos.yaml,');
  console.log(`with \${S3_ENDPOINT} for the address. For an app that runs already: chaos run NAME --s3-port ${port}.`);
}
