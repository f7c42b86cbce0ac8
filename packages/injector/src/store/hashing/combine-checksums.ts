import { canCombine, type Checksum } from '../core/checksum.ts';
import { combineCrc } from '../core/crc-combine.ts';
import { createHasher } from './hasher.ts';

interface Part {
  readonly size: number;
  readonly checksum?: Checksum | undefined;
}

const bytesOf = (part: Part): Buffer => Buffer.from(part.checksum?.value ?? '', 'base64');

/** The checksum of a multipart object, from those of its parts: no byte is read again. */
export async function combineChecksums(
  { algorithm, type }: Pick<Checksum, 'algorithm' | 'type'>,
  parts: readonly Part[],
): Promise<Checksum> {
  if (type === 'FULL_OBJECT' && canCombine(algorithm)) {
    const width = algorithm === 'CRC64NVME' ? 16 : 8;
    const [first, ...others] = parts.map((part) => ({
      size: part.size,
      crc: BigInt(`0x${bytesOf(part).toString('hex')}`),
    }));
    const whole = others.reduce((crc, next) => combineCrc(algorithm, crc, next.crc, next.size), first?.crc ?? 0n);
    return { algorithm, type, value: Buffer.from(whole.toString(16).padStart(width, '0'), 'hex').toString('base64') };
  }
  const hasher = await createHasher(algorithm);
  for (const part of parts) hasher.update(bytesOf(part));
  return { algorithm, type: 'COMPOSITE', value: `${hasher.digest().toString('base64')}-${parts.length}` };
}
