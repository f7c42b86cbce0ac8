#!/usr/bin/env node
import { surviveLostOutput } from './lost-output.ts';
import { reportFailure } from './report-failure.ts';

// The SDK would print its own support policy in the middle of our output; `engines` says which Node we need.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
surviveLostOutput();

try {
  const { runCli } = await import('./cli.ts');
  process.exitCode = await runCli(process.argv.slice(2));
} catch (error) {
  process.exitCode = reportFailure(error, (line) => process.stderr.write(`${line}\n`));
}
