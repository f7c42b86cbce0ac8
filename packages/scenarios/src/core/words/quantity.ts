import { z } from 'zod';

const SIZE = /^(\d+(?:\.\d+)?)\s?(B|KB|KiB|MB|MiB)$/;
const UNIT_BYTES: Readonly<Record<string, number>> = { B: 1, KB: 1e3, KiB: 1_024, MB: 1e6, MiB: 1_048_576 };
const RATE = /^(\d+(?:\.\d+)?)\s?\/\s?(s|min)$/;

/** Largest body that a workload step may send: it is made anew for every entry. */
const BODY_BYTES_MAX = 64 * 1_048_576;
/** Most arrivals a second: beyond it the load generator, not the app, would be what is measured. */
const PER_SECOND_MAX = 5_000;

/** Bytes of `16KB` (a thousand each), `16KiB` (1,024 each), `3MB`, `3MiB` or `100B`; null where it is no size. */
export function parseSize(text: string): number | null {
  const match = SIZE.exec(text);
  if (match === null) return null;
  return Math.round(Number(match[1]) * (UNIT_BYTES[match[2] ?? ''] ?? Number.NaN));
}

/** A second's share of `20/s` or `300/min`; null where it is no rate. */
export function parseRate(text: string): number | null {
  const match = RATE.exec(text);
  if (match === null) return null;
  return Number(match[1]) / (match[2] === 'min' ? 60 : 1);
}

/** Bytes for a reader: `16 KB`, `1.5 MB`, `100 B`. */
export function formatSize(bytes: number): string {
  if (bytes >= 1e6) return `${Number((bytes / 1e6).toFixed(1))} MB`;
  return bytes >= 1e3 ? `${Number((bytes / 1e3).toFixed(1))} KB` : `${bytes} B`;
}

/** A share for a reader: `90 %`, `0.5 %`. */
export function formatPercent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}

export const sizeSchema = z.string('must be a size such as "16KB"').transform((text, context) => {
  const bytes = parseSize(text);
  if (bytes !== null && bytes <= BODY_BYTES_MAX) return bytes;
  const message =
    bytes === null
      ? `"${text}" is no size; write "16KB", "16KiB", "3MB" or "100B"`
      : `"${text}" is more than the ${formatSize(BODY_BYTES_MAX)} that a body may have`;
  context.issues.push({ code: 'custom', message, input: text });
  return z.NEVER;
});

export const rateSchema = z.string('must be a rate such as "20/s"').transform((text, context) => {
  const perSecond = parseRate(text);
  if (perSecond !== null && perSecond > 0 && perSecond <= PER_SECOND_MAX) return perSecond;
  const message =
    perSecond === null
      ? `"${text}" is no rate; write "20/s" or "300/min"`
      : `"${text}" is out of range: more than none, at most ${PER_SECOND_MAX}/s`;
  context.issues.push({ code: 'custom', message, input: text });
  return z.NEVER;
});
