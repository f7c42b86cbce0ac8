import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Figure } from './figure.ts';
import { keep } from './measured-file.ts';

/** Every `NAME.bench.js` beside this file is a bench: a module whose `run` gives its figures. */
interface Bench {
  run(): Promise<readonly Figure[]>;
}

const suffix = '.bench.js';
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(suffix))
  .map((file) => file.slice(0, -suffix.length));
const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false } },
});
const strangers = wanted.filter((name) => !names.includes(name));

function isBench(module: unknown): module is Bench {
  return typeof module === 'object' && module !== null && 'run' in module && typeof module.run === 'function';
}

if (strangers.length > 0) {
  console.error(`no such bench: ${strangers.join(', ')}; there are ${names.join(', ')}`);
  process.exitCode = 2;
} else {
  for (const name of wanted.length === 0 ? names : wanted) {
    const bench: unknown = await import(join(import.meta.dirname, `${name}${suffix}`));
    if (!isBench(bench)) throw new Error(`${name}${suffix} exports no run()`);
    const figures = await bench.run();
    for (const figure of figures) {
      console.log(JSON.stringify(figure));
      if (!figure.ok && figure.excuse === undefined) process.exitCode = 1;
    }
    if (options.write) keep(name, figures);
  }
}
