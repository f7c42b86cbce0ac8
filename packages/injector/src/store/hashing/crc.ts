import { polynomials } from '../core/crc-combine.ts';
import { crcModule, layout } from './crc-module.ts';
import type { Hasher } from './hasher.ts';

const TABLE_LENGTH = 256;

/** Fills the tables of a polynomial in, see `layout`. */
function fillTables(memory: ArrayBuffer, polynomial: bigint): void {
  const bytes = new BigUint64Array(memory, layout.byteTable, TABLE_LENGTH);
  const words = new BigUint64Array(memory, layout.wordTables, TABLE_LENGTH * BigUint64Array.BYTES_PER_ELEMENT);
  for (let byte = 0; byte < TABLE_LENGTH; byte += 1) {
    let crc = BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
    bytes[byte] = crc;
  }
  for (let byte = 0; byte < TABLE_LENGTH; byte += 1) {
    let crc = bytes[byte] ?? 0n;
    // Each byte of zeros that follows; the last byte of a word has the fewest of them behind it in its round.
    for (let left = layout.roundBytes - 1; left >= 0; left -= 1) {
      if (left < BigUint64Array.BYTES_PER_ELEMENT) words[left * TABLE_LENGTH + byte] = crc;
      crc = (bytes[Number(crc & 0xffn)] ?? 0n) ^ (crc >> 8n);
    }
  }
}

/** Computes one kind of CRC, any number of them at a time, on this thread. */
export class Crc {
  readonly #update: (length: number) => void;
  readonly #state: Uint8Array;
  readonly #input: Uint8Array;
  readonly #bytes: number;

  constructor(algorithm: keyof typeof polynomials) {
    const { polynomial, width } = polynomials[algorithm];
    const { update, memory } = new WebAssembly.Instance(new WebAssembly.Module(crcModule)).exports;
    fillTables(memory.buffer, polynomial);
    this.#update = update;
    this.#bytes = width / 8;
    this.#state = new Uint8Array(memory.buffer, layout.crc, this.#bytes);
    this.#input = new Uint8Array(memory.buffer, layout.input, layout.inputMaxBytes);
  }

  begin(): Hasher {
    const crc = Buffer.alloc(this.#bytes, 0xff);
    return {
      update: (bytes) => this.#add(bytes, crc),
      digest: () => Buffer.from(crc.map((byte) => byte ^ 0xff).toReversed()),
    };
  }

  #add(bytes: Buffer, crc: Buffer): void {
    this.#state.set(crc);
    for (let at = 0; at < bytes.length; at += layout.inputMaxBytes) {
      const piece = bytes.subarray(at, at + layout.inputMaxBytes);
      this.#input.set(piece);
      this.#update(piece.length);
    }
    crc.set(this.#state);
  }
}
