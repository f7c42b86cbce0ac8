/** Bytes that part what is in a head. */
export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const COLON = 0x3a;

/** What a byte may stand in. Source: RFC 9110, section 5.6.2 (token), 5.5 (field value); RFC 9112, section 3.2.1. */
export const IN_METHOD = 1;
export const IN_TARGET = 2;
export const IN_NAME = 4;
export const IN_VALUE = 8;
const places = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return (
    (/[A-Z]/.test(character) ? IN_METHOD : 0) |
    (/[!-~]/.test(character) && character !== '#' ? IN_TARGET : 0) |
    (/[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(character) ? IN_NAME : 0) |
    (/[\t -~\x80-\xff]/.test(character) ? IN_VALUE : 0)
  );
});

/** The first byte from `at` on that may not stand there, or `end`. */
export function skip(bytes: Buffer, at: number, end: number, place: number): number {
  let next = at;
  while (next < end && ((places[bytes[next] ?? 0] ?? 0) & place) !== 0) next += 1;
  return next;
}
