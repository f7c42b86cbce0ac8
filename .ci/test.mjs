// The test command: builds from nothing, checks the house rules, runs every test file, and says how many tests passed.
// The count stays true when a file crashes, hangs or vanishes from the runner's output: each file that was compiled must
// report, and one that does not is a failure of its own.
import { spawn } from 'node:child_process';
import { createReadStream, existsSync, readdirSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Parser } from 'tap-parser';

const WHOLE_RUN_MAX_MS = 18 * 60_000;
const root = join(import.meta.dirname, '..');
const bin = (name) => join(root, 'node_modules', '.bin', name);
const only = process.argv.slice(2);

/** Runs a command to its end, output passed through; resolves to true where it exited with 0. */
function run(command, args, timeoutMs) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
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
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
    child.on('error', () => resolve(false));
    child.on('exit', (code) => {
      clearTimeout(timer);
      process.removeListener('exit', kill);
      resolve(code === 0);
    });
  });
}

/** Reads a TAP file: per test file, how many of its tests passed and failed. */
function tally(tapFile) {
  return new Promise((resolve) => {
    const files = new Map();
    const parser = new Parser();
    parser.on('child', (file) => {
      const counts = { passed: 0, failed: 0, skipped: 0 };
      file.on('assert', (test) => {
        if (test.skip || test.todo) counts.skipped += 1;
        else if (test.ok) counts.passed += 1;
        else counts.failed += 1;
      });
      files.set(file.name, counts);
    });
    parser.on('assert', (file) => {
      const counts = files.get(file.name) ?? { passed: 0, failed: 0, skipped: 0 };
      // A file that failed without a failing test crashed, hung, or planned more than it ran.
      if (!file.ok && counts.failed === 0) counts.failed = 1;
      files.set(file.name, { ...counts, reported: true });
    });
    parser.on('complete', () => resolve(files));
    createReadStream(tapFile)
      .on('error', () => resolve(files))
      .pipe(parser);
  });
}

const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name));
for (const folder of [...packages, 'bench']) rmSync(join(root, folder, 'dist'), { recursive: true, force: true });
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
  count('format (oxfmt)', await run(bin('oxfmt'), ['--check'], 60_000));
  count('lint (oxlint)', await run(bin('oxlint'), ['--type-aware', '--deny-warnings', '--quiet'], 120_000));
  count('unused code (knip)', await run(bin('knip'), [], 120_000));
  for (const script of ['generate.mjs', 'generate-s3-model.mjs']) {
    count(`generated files (${script})`, await run(process.execPath, [join('.ci', script), '--check'], 60_000));
  }
}

const expected = packages
  .map((folder) => join(folder, 'dist'))
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((file) => join(folder, file)))
  .filter((file) => file.endsWith('.test.js'))
  .filter((file) => only.length === 0 || only.some((part) => file.includes(part)))
  .toSorted();
const scratch = await mkdtemp(join(tmpdir(), 'gameday-test-'));
const tapFile = join(scratch, 'all.tap');
const tapOk = await run(
  bin('tap'),
  ['run', '--disable-coverage', '--reporter=terse', `--output-file=${tapFile}`, ...expected],
  WHOLE_RUN_MAX_MS,
);
const reported = await tally(tapFile);
rmSync(scratch, { recursive: true, force: true });
const before = failed;
for (const file of expected) {
  const counts = [...reported].find(([name]) => relative(root, name) === file || name === file)?.[1];
  if (counts?.reported !== true) {
    console.log(`FAILED  ${file}: it never reported (crash or hang)`);
    failed += 1;
    continue;
  }
  passed += counts.passed;
  failed += counts.failed;
  skipped += counts.skipped;
  if (counts.failed > 0) console.log(`FAILED  ${file}: ${counts.failed} failed`);
  else if (counts.passed + counts.skipped === 0) {
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
