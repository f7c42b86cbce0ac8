import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  applyPolicy,
  gatePolicyJsonSchema,
  gatePolicySchema,
  type GatePolicy,
  renderGateResult,
} from '@gameday/reporter';
import { InputError, optionError } from '../../core/source/input-error.ts';
import { schemaFindings } from '../../core/source/schema-findings.ts';
import { locateFindings, parseYaml } from '../../core/source/yaml-document.ts';
import type { ExitName } from '../exit-codes.ts';
import { readRun } from '../read-run.ts';

export interface GateRequest {
  readonly journal: string;
  readonly policy: string;
  readonly json: boolean;
}

/** Reads a policy. @throws {InputError} with everything that is wrong with it, each with its line and column */
async function loadPolicy(file: string): Promise<GatePolicy> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const why = `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    throw optionError('--policy', missing ? `there is no file ${file}` : `${file} ${why}`);
  });
  const document = parseYaml(text, file);
  const parsed = gatePolicySchema.safeParse(document.data);
  if (parsed.success) return parsed.data;
  const findings = schemaFindings(parsed.error.issues, document.data, gatePolicyJsonSchema());
  throw new InputError(locateFindings(document, findings));
}

/** Whether a run may pass a release gate. @throws {CliError | InputError} */
export async function gate({ journal, policy: file, json }: GateRequest): Promise<ExitName> {
  const policy = await loadPolicy(file);
  const report = await readRun(journal);
  const stored = policy.regression?.baseline;
  const baseline = stored === undefined ? null : await readRun(resolve(dirname(file), stored));
  const today = new Date().toISOString().slice(0, 10);
  const result = applyPolicy(report, policy, today, baseline);
  process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : renderGateResult(result));
  switch (result.verdict) {
    case 'pass':
      return 'completed';
    case 'fail':
      return 'belowGate';
    case 'inconclusive':
      return 'inconclusive';
  }
}
