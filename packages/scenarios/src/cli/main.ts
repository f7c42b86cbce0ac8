#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { surviveLostOutput } from './lost-output.ts';
import { reportFailure } from './report-failure.ts';

// The SDK would print its own support policy in the middle of our output; `engines` says which Node we need.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
surviveLostOutput();
// By itself V8 lets a heap grow to several times what lives in it before it looks for what does not. An outage in which
// thousands of requests hang would so cost the runner hundreds of megabytes that it does not need, on a machine that it
// shares with the app.
setFlagsFromString('--heap-growing-percent=50');

try {
  const { runCli } = await import('./cli.ts');
  process.exitCode = await runCli(process.argv.slice(2));
} catch (error) {
  process.exitCode = reportFailure(error, (line) => process.stderr.write(`${line}\n`));
}

for (const stream of [process.stdout, process.stderr]) {
  await new Promise<void>((resolve) => stream.write('', () => resolve()));
}
// Everything is said and stopped. What handle may still be open has nothing to add, and Node 20 has been seen to spin for
// ever over one in its own clean-up, after a run on a full disk.
// Completions are the exception: yargs prints some of them later.
if (!process.argv.includes('--get-yargs-completions')) process.exit();
