import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { parse } from 'yaml';
import { z } from 'zod';

/** A composite action, as far as ours goes. What is not here is refused. */
const actionSchema = z.strictObject({
  name: z.string(),
  description: z.string(),
  branding: z.object({ icon: z.string(), color: z.string() }),
  inputs: z.record(z.string(), z.strictObject({ description: z.string(), required: z.boolean(), default: z.string() })),
  outputs: z.record(z.string(), z.strictObject({ description: z.string(), value: z.string() })),
  runs: z.strictObject({
    using: z.literal('composite'),
    steps: z.array(
      z.union([
        z.strictObject({
          uses: z.string().regex(/^[\w-]+\/[\w/-]+@v\d+$/),
          if: z.string().optional(),
          with: z.record(z.string(), z.string()),
        }),
        z.strictObject({
          id: z.string(),
          name: z.string(),
          shell: z.literal('bash'),
          env: z.record(z.string(), z.string()),
          run: z.string(),
        }),
      ]),
    ),
  }),
});

export interface ActionResult {
  /** The exit code of the step that failed; 0 where none did. */
  readonly code: number;
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Actions of others that would have run, with what they would have been given. */
  readonly used: readonly { readonly uses: string; readonly with: Readonly<Record<string, string>> }[];
}

const dictionary = (record: Readonly<Record<string, string>>): data.Dictionary =>
  new data.Dictionary(...Object.entries(record).map(([key, value]) => ({ key, value: new data.StringData(value) })));

/** Runs the steps of a composite action as GitHub's runner does; actions of others are only noted. */
export async function runAction(
  file: string,
  workspace: string,
  given: Readonly<Record<string, string>>,
  environment: NodeJS.ProcessEnv,
): Promise<ActionResult> {
  const action = actionSchema.parse(parse(readFileSync(file, 'utf8')));
  const inputs = {
    ...Object.fromEntries(Object.entries(action.inputs).map(([name, one]) => [name, one.default])),
    ...given,
  };
  const github = { action_path: join(file, '..'), run_id: '4711' };
  const stepOutputs: Record<string, Record<string, string>> = {};
  let code = 0;

  const evaluate = (expression: string): data.ExpressionData => {
    const functions = (['always', 'success'] as const).map((name) => ({
      name,
      minArgs: 0,
      maxArgs: 0,
      call: () => new data.BooleanData(name === 'always' || code === 0),
    }));
    const steps = Object.entries(stepOutputs).map(([key, outputs]) => ({
      key,
      value: new data.Dictionary({ key: 'outputs', value: dictionary(outputs) }),
    }));
    const context = new data.Dictionary(
      { key: 'inputs', value: dictionary(inputs) },
      { key: 'github', value: dictionary(github) },
      { key: 'steps', value: new data.Dictionary(...steps) },
    );
    const parser = new Parser(new Lexer(expression).lex().tokens, ['inputs', 'github', 'steps'], functions);
    return new Evaluator(parser.parse(), context, new Map(functions.map((one) => [one.name, one]))).evaluate();
  };
  const fill = (text: string): string =>
    text.replaceAll(/\$\{\{(.*?)\}\}/g, (_whole, expression: string) => evaluate(expression).coerceString());
  const fillAll = (record: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(record).map(([key, text]) => [key, fill(text)]));
  /** A condition that asks for no status is also one for success. */
  const isDue = (condition: string | undefined): boolean => {
    if (condition === undefined) return code === 0;
    const asked = /\b(?:always|success|failure)\(\)/.test(condition) ? condition : `success() && (${condition})`;
    return evaluate(asked).coerceString() === 'true';
  };

  const folder = mkdtempSync(join(workspace, '.runner-'));
  const summary = join(folder, 'summary.md');
  writeFileSync(summary, '');
  const used: { uses: string; with: Record<string, string> }[] = [];
  let log = '';
  for (const [index, step] of action.runs.steps.entries()) {
    if ('uses' in step) {
      if (isDue(step.if)) used.push({ uses: step.uses, with: fillAll(step.with) });
      continue;
    }
    if (code !== 0) continue;
    const output = join(folder, `output-${index}`);
    const script = join(folder, `step-${index}.sh`);
    writeFileSync(output, '');
    writeFileSync(script, step.run);
    const runner = { GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary, GITHUB_ACTIONS: 'true', CI: 'true' };
    const ended = await runScript(script, workspace, { ...environment, ...runner, ...fillAll(step.env) });
    log += ended.log;
    code = ended.code;
    const lines = readFileSync(output, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    stepOutputs[step.id] = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
  }
  const outputs = fillAll(Object.fromEntries(Object.entries(action.outputs).map(([name, { value }]) => [name, value])));
  return { code, log, summary: readFileSync(summary, 'utf8'), outputs, used };
}

/** A script as runners start it: `bash --noprofile --norc -eo pipefail`. */
export function runScript(
  script: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly code: number; readonly log: string }> {
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, log }));
  });
}
