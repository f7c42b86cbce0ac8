import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainFis } from '../../fis/core/explain-fis.ts';
import type { FisPlan } from '../../fis/core/plan-fis.ts';
import { renderCloudFormationJson, renderCloudFormationYaml } from '../../fis/core/render-cloudformation.ts';
import { renderTerraform } from '../../fis/core/render-terraform.ts';
import type { FisScenarioRequest } from '../fis-arguments.ts';
import { planForFis } from '../plan-for-fis.ts';

type Format = 'text' | 'json' | 'terraform' | 'cloudformation' | 'cloudformation-json';

const WIDTH_MAX = 110;

/** Prints a scenario as templates of FIS. @throws {CliError | InputError} */
export async function planFisCommand(
  request: FisScenarioRequest & { readonly format: Format; readonly out: string | undefined },
): Promise<void> {
  const fis = await planForFis(request);
  const width = Math.min(WIDTH_MAX, process.stdout.columns || WIDTH_MAX);
  process.stdout.write(render(fis, request.format, width));
  if (request.out === undefined) return;
  mkdirSync(request.out, { recursive: true });
  for (const { name, body } of fis.templates) {
    writeFileSync(join(request.out, `${name}.json`), `${JSON.stringify(body, null, 2)}\n`);
  }
  const files = { 'plan.txt': 'text', 'fis.tf': 'terraform', 'cloudformation.yaml': 'cloudformation' } as const;
  for (const [file, format] of Object.entries(files)) {
    writeFileSync(join(request.out, file), render(fis, format, WIDTH_MAX));
  }
}

function render(fis: FisPlan, format: Format, width: number): string {
  switch (format) {
    case 'text':
      return explainFis(fis, width);
    case 'json': {
      const { aws, templates, lines } = fis;
      return `${JSON.stringify({ account: aws.account, templates, lines }, null, 2)}\n`;
    }
    case 'terraform':
      return renderTerraform(fis.templates);
    case 'cloudformation':
      return renderCloudFormationYaml(fis.templates);
    case 'cloudformation-json':
      return renderCloudFormationJson(fis.templates);
    default:
      return format satisfies never;
  }
}
