// The test command: builds from nothing, checks the house rules, runs every test file, and says how many tests passed.
// The count stays true when a file crashes, hangs or vanishes from the runner's output: each file that was compiled must
// report, and one that does not is a failure of its own.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Parser } from 'tap-parser';

const WHOLE_RUN_MAX_MS = 18 * 60_000;
const root = join(import.meta.dirname, '..');
const bin = (name) => join(root, 'node_modules', '.bin', name);
const only = process.argv.slice(2);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));

/** Runs a command to its end; resolves to true where it exited with 0. `onOutput` takes its stdout where it is given. */
function run(command, args, timeoutMs, onOutput) {
  return new Promise((resolve) => {
    const stdout = onOutput === undefined ? 'inherit' : 'pipe';
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', stdout, 'inherit'], detached: true });
    const kill = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It is gone already.
      }
    };
    const timer = setTimeout(() => {
      console.error(`\n${command} did not end within ${timeoutMs / 1000} s and was killed`);
      kill();
    }, timeoutMs);
    process.once('exit', kill);
    child.stdout?.on('data', onOutput);
    child.on('error', () => resolve(false));
    child.on('close', (code) => {
      clearTimeout(timer);
      process.removeListener('exit', kill);
      resolve(code === 0);
    });
  });
}

/** Follows a TAP stream: says what fails as it fails, and keeps the counts of each file. */
function follow(files) {
  const parser = new Parser();
  parser.on('child', (file) => {
    const counts = { passed: 0, failed: 0, skipped: 0, reported: false };
    files.set(relative(root, file.name), counts);
    sayFailures(file, relative(root, file.name));
    file.on('assert', (test) => {
      if (test.skip || test.todo) counts.skipped += 1;
      else if (test.ok) counts.passed += 1;
      else counts.failed += 1;
    });
  });
  parser.on('assert', (result) => {
    const name = relative(root, result.name);
    const counts = files.get(name) ?? { passed: 0, failed: 0, skipped: 0 };
    // A file that failed without a failing test crashed, hung, or planned more than it ran.
    if (!result.ok && counts.failed === 0) {
      counts.failed = 1;
      console.log(`FAILED  ${name}: ${JSON.stringify(result.diag ?? 'it crashed')}`);
    }
    files.set(name, { ...counts, reported: true });
    console.log(`${result.ok ? 'ok' : 'FAILED'}  ${name}  ${Math.round(result.time ?? 0)} ms`);
  });
  return parser;
}

/** Prints every failing assertion of a file, however deep, with where and why. */
function sayFailures(parser, path) {
  parser.on('assert', ({ ok, skip, todo, name, diag }) => {
    if (ok || skip || todo || diag === null || diag === undefined) return;
    const { at, diff, found, wanted, stack } = diag;
    const place = at === undefined ? '' : ` (${at.fileName}:${at.lineNumber})`;
    const why =
      diff ?? stack ?? (wanted === undefined ? '' : `wanted ${JSON.stringify(wanted)}, found ${JSON.stringify(found)}`);
    console.log(`\nFAILED  ${path} > ${name}${place}\n${String(why)}`);
  });
  parser.on('child', (child) => sayFailures(child, `${path} > ${child.name}`));
}

const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name));
const tested = [...packages, join('examples', 'gallery')];
const written = readdirSync(join(root, 'examples')).map((name) => join('examples', name, 'test'));
for (const folder of [...tested, 'bench']) rmSync(join(root, folder, 'dist'), { recursive: true, force: true });
if (!(await run(bin('tsc'), ['-b', '--pretty', 'false'], 300_000))) {
  console.log('\n0 passed, 1 failed');
  process.exit(1);
}

let passed = 0;
let failed = 0;
let skipped = 0;
const count = (name, ok) => {
  if (ok) passed += 1;
  else failed += 1;
  console.log(`${ok ? 'ok' : 'FAILED'}  ${name}`);
};

if (only.length === 0) {
  count('format (oxfmt)', await run(bin('oxfmt'), ['--check'], 60_000, () => {}));
  count('lint (oxlint)', await run(bin('oxlint'), ['--type-aware', '--deny-warnings', '--quiet'], 120_000));
  count('unused code (knip)', await run(bin('knip'), ['--no-config-hints'], 120_000));
  count(
    'API docs, every public name documented (typedoc)',
    await run(bin('typedoc'), ['--emit', 'none', '--logLevel', 'Warn'], 120_000),
  );
  for (const script of ['generate.mjs', 'generate-s3-model.mjs', 'generate-fis-model.mjs']) {
    count(`generated files (${script})`, await run(process.execPath, [join('.ci', script), '--check'], 60_000));
  }
}

const expected = [...tested.map((folder) => join(folder, 'dist')), ...written]
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((file) => join(folder, file)))
  .concat(join('.ci', 'docs', 'docs.test.mjs'))
  .filter((file) => /\.test\.m?js$/.test(file))
  .filter((file) => only.length === 0 || only.some((part) => file.includes(part)))
  .toSorted();
const files = new Map();
const parser = follow(files);
const tapOk = await run(
  bin('tap'),
  ['run', '--disable-coverage', '--reporter=tap', ...expected],
  WHOLE_RUN_MAX_MS,
  (chunk) => parser.write(chunk),
);
parser.end();

const before = failed;
for (const file of expected) {
  const counts = files.get(file);
  if (counts?.reported !== true) {
    console.log(`FAILED  ${file}: it never reported (crash or hang)`);
    failed += 1;
    continue;
  }
  passed += counts.passed;
  failed += counts.failed;
  skipped += counts.skipped;
  if (counts.passed + counts.failed + counts.skipped === 0) {
    console.log(`FAILED  ${file}: it ran no test`);
    failed += 1;
  }
}
if (!tapOk && failed === before) {
  console.log('FAILED  the test runner ended with an error of its own');
  failed += 1;
}
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed === 0 ? 0 : 1);
