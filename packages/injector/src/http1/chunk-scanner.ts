import { CR, LF } from './bytes.ts';

/** What was found in a piece of a connection's bytes. */
export interface Scanned {
  /** Where the part that belongs to the body ends: its chunks, their framing, its trailers. */
  readonly end: number;
  /** How many of its bytes are the body's own. */
  readonly bodyBytes: number;
  /** `wrong`: the byte at `end` cannot stand in a chunked body. */
  readonly state: 'goes on' | 'ended' | 'wrong';
}

const SEMICOLON = 0x3b;
/** 2^48 bytes: exact as a number. */
const SIZE_DIGITS_MAX = 12;
/** Of what the lines of a body (sizes with their extensions, trailers) may take in a row, between two stretches of data. */
const LINES_BYTES_MAX = 16 * 1024;

type Place =
  | 'size'
  | 'extension'
  | 'size LF'
  | 'data'
  | 'data CR'
  | 'data LF'
  | 'line'
  | 'in line'
  | 'line LF'
  | 'last LF';

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

const isText = (byte: number): boolean => (byte >= 0x20 && byte !== 0x7f) || byte === 0x09;

/** Finds the end of a chunked body, which passes as it came. Source: RFC 9112, section 7.1. */
export class ChunkScanner {
  #place: Place = 'size';
  #size = 0;
  #digits = 0;
  #lineBytes = 0;

  /** Reads on from `start`; each piece goes on where the last one ended. */
  scan(bytes: Buffer, start: number): Scanned {
    let at = start;
    let bodyBytes = 0;
    while (at < bytes.length) {
      if (this.#place === 'data') {
        const taken = Math.min(this.#size, bytes.length - at);
        this.#size -= taken;
        bodyBytes += taken;
        at += taken;
        this.#lineBytes = 0;
        if (this.#size === 0) this.#place = 'data CR';
        continue;
      }
      const next = this.#step(bytes[at] ?? 0);
      if (next === 'wrong') return { end: at, bodyBytes, state: 'wrong' };
      at += 1;
      if (next === 'ended') return { end: at, bodyBytes, state: 'ended' };
      this.#place = next;
    }
    return { end: at, bodyBytes, state: 'goes on' };
  }

  /** What comes after a byte of the framing. */
  #step(byte: number): Place | 'ended' | 'wrong' {
    this.#lineBytes += 1;
    if (this.#lineBytes > LINES_BYTES_MAX) return 'wrong';
    switch (this.#place) {
      case 'size':
        return this.#afterSize(byte);
      case 'extension':
        return byte === CR ? 'size LF' : isText(byte) ? 'extension' : 'wrong';
      case 'size LF': {
        if (byte !== LF) return 'wrong';
        this.#digits = 0;
        return this.#size === 0 ? 'line' : 'data';
      }
      case 'data':
      case 'data CR':
        return byte === CR ? 'data LF' : 'wrong';
      case 'data LF':
        return byte === LF ? 'size' : 'wrong';
      case 'line':
        return byte === CR ? 'last LF' : isText(byte) ? 'in line' : 'wrong';
      case 'in line':
        return byte === CR ? 'line LF' : isText(byte) ? 'in line' : 'wrong';
      case 'line LF':
        return byte === LF ? 'line' : 'wrong';
      case 'last LF':
        return byte === LF ? 'ended' : 'wrong';
    }
  }

  #afterSize(byte: number): Place | 'wrong' {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.#size = this.#size * 16 + digit;
      this.#digits += 1;
      return this.#digits > SIZE_DIGITS_MAX ? 'wrong' : 'size';
    }
    if (this.#digits === 0) return 'wrong';
    return byte === CR ? 'size LF' : byte === SEMICOLON ? 'extension' : 'wrong';
  }
}
