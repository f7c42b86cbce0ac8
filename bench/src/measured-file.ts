import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { z } from 'zod';
import type { Figure } from './figure.ts';
import { performancePage } from './performance-page.ts';
import { peerVersions } from './peer-versions.ts';

const root = new URL('../../../', import.meta.url);
const dataFile = new URL('bench/measured.json', root);
const pageFile = new URL('docs/performance.md', root);

const figureSchema = z.strictObject({
  bench: z.string(),
  metric: z.string(),
  ours: z.number(),
  peer: z.number(),
  peerName: z.string(),
  ratio: z.number(),
  goal: z.string(),
  ok: z.boolean(),
  excuse: z.string().optional(),
});
const measuredSchema = z.record(
  z.string(),
  z.strictObject({ day: z.string(), machine: z.string(), figures: z.array(figureSchema) }),
);

function machine(): string {
  const all = cpus();
  const versions = peerVersions();
  return [
    `${all.length} cores (${all[0]?.model.trim() ?? 'unknown'})`,
    `${process.platform} ${process.arch}`,
    `Node ${process.versions.node}`,
    ...versions,
  ].join(', ');
}

/** Keeps the figures of a bench in bench/measured.json and writes docs/performance.md anew. */
export function keep(bench: string, figures: readonly Figure[]): void {
  const known = existsSync(dataFile) ? measuredSchema.parse(JSON.parse(readFileSync(dataFile, 'utf8'))) : {};
  const day = new Date().toISOString().slice(0, 10);
  const measured = { ...known, [bench]: { day, machine: machine(), figures: [...figures] } };
  writeFileSync(dataFile, `${JSON.stringify(measured, null, 2)}\n`);
  writeFileSync(pageFile, performancePage(measured));
}
