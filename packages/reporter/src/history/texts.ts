import { counts } from './columns.ts';

const FIRST_BYTES = 4_096;
const FIRST_SLOTS = 1_024;
/** Begins a code unit above 127, which follows in two bytes. */
const WIDE = 0xff;
const AT_ONCE = 4_096;

/**
 * Many different texts, each with the number under which it was first added, from 0: the bytes of all in one array, and
 * an open hash table over them. A text of n ASCII characters takes n + 16 bytes or so, where a Map's takes a hundred.
 */
export class Texts {
  #bytes = new Uint8Array(FIRST_BYTES);
  /** Where each text begins; the next one's beginning is its end. */
  readonly #starts = counts();
  readonly #hashes = counts();
  #slots = new Int32Array(FIRST_SLOTS).fill(-1);
  #size = 0;
  #end = 0;

  get size(): number {
    return this.#size;
  }

  /** The text's number; a new one where it was not there. */
  add(text: string): number {
    const end = this.#write(text);
    const hash = this.#hash(end);
    const slot = this.#slotOf(hash, end);
    const known = this.#slots[slot] ?? -1;
    if (known >= 0) return known;
    const number = this.#size;
    this.#slots[slot] = number;
    this.#hashes.set(number, hash);
    this.#size += 1;
    this.#end = end;
    this.#starts.set(this.#size, end);
    if (this.#size * 2 > this.#slots.length) this.#spread();
    return number;
  }

  /** The text's number; null where it was never added. */
  find(text: string): number | null {
    const end = this.#write(text);
    const known = this.#slots[this.#slotOf(this.#hash(end), end)] ?? -1;
    return known < 0 ? null : known;
  }

  /** @param number of `add` */
  at(number: number): string {
    const [from, to] = [this.#starts.get(number), this.#starts.get(number + 1)];
    const units: number[] = [];
    let text = '';
    for (let index = from; index < to; index += 1) {
      const byte = this.#bytes[index] ?? 0;
      if (byte === WIDE) {
        units.push(((this.#bytes[index + 1] ?? 0) << 8) | (this.#bytes[index + 2] ?? 0));
        index += 2;
      } else units.push(byte);
      if (units.length === AT_ONCE) text += String.fromCharCode(...units.splice(0));
    }
    return text + String.fromCharCode(...units);
  }

  /** Writes a text behind the last one, where the next may write again. @returns its end */
  #write(text: string): number {
    const most = this.#end + text.length * 3;
    if (most > this.#bytes.length) {
      const wider = new Uint8Array(Math.max(most, this.#bytes.length * 2));
      wider.set(this.#bytes);
      this.#bytes = wider;
    }
    let end = this.#end;
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit < 128) this.#bytes[end++] = unit;
      else {
        this.#bytes[end++] = WIDE;
        this.#bytes[end++] = unit >> 8;
        this.#bytes[end++] = unit & 0xff;
      }
    }
    return end;
  }

  /** FNV-1a over what was written last. */
  #hash(end: number): number {
    let hash = 0x811c9dc5;
    for (let index = this.#end; index < end; index += 1) hash = Math.imul(hash ^ (this.#bytes[index] ?? 0), 0x01000193);
    return hash >>> 0;
  }

  /** Where what was written last stands in the table, or would. */
  #slotOf(hash: number, end: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = mix(hash) & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot] ?? -1;
      if (number < 0 || (this.#hashes.get(number) === hash && this.#isAt(number, end))) return slot;
    }
  }

  #isAt(number: number, end: number): boolean {
    const start = this.#starts.get(number);
    if (this.#starts.get(number + 1) - start !== end - this.#end) return false;
    for (let index = 0; index < end - this.#end; index += 1) {
      if (this.#bytes[start + index] !== this.#bytes[this.#end + index]) return false;
    }
    return true;
  }

  #spread(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = this.#slots.length - 1;
    for (let number = 0; number < this.#size; number += 1) {
      let slot = mix(this.#hashes.get(number)) & mask;
      while ((this.#slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask;
      this.#slots[slot] = number;
    }
  }
}

/** Ids that differ in their last digit alone would stand side by side. */
const mix = (hash: number): number => Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;

/** A number of 53 bits that tells texts apart, as far as nobody chose them to meet. */
export function fingerprint(text: string): number {
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x85ebca6b) + 0x27d4eb2f;
  }
  return (a >>> 0) * 0x200000 + ((b ^ (b >>> 13)) & 0x1fffff);
}
