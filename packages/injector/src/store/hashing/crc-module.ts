/** Instructions in WebAssembly's binary format. */
type Code = readonly number[];

/** A number in LEB128. The format writes sizes and offsets without a sign, constants with one. */
function leb128(value: number, isSigned: boolean): Code {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    const isLast = rest < (isSigned ? 0x40 : 0x80);
    bytes.push(isLast ? rest : (rest & 0x7f) | 0x80);
    if (isLast) return bytes;
  }
}

const I32 = 0x7f;
const I64 = 0x7e;
const NOTHING = 0x40;

const int = (value: number): Code => [0x41, ...leb128(value, true)];
const long = (value: number): Code => [0x42, ...leb128(value, true)];
const get = (local: number): Code => [0x20, local];
const set = (local: number, value: Code): Code => [...value, 0x21, local];
const load = (address: Code, offset: number): Code => [...address, 0x29, 0, ...leb128(offset, false)];
const loadByte = (address: Code, offset: number): Code => [...address, 0x31, 0, ...leb128(offset, false)];
const store = (address: Code, offset: number, value: Code): Code => [
  ...address,
  ...value,
  0x37,
  0,
  ...leb128(offset, false),
];
const addInt = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
const andInt = (a: Code, b: Code): Code => [...a, ...b, 0x71];
const isAtMost = (a: Code, b: Code): Code => [...a, ...b, 0x4d];
const isLess = (a: Code, b: Code): Code => [...a, ...b, 0x49];
const xor = (a: Code, b: Code): Code => [...a, ...b, 0x85];
const shiftRight = (a: Code, bits: number): Code => [...a, ...long(bits), 0x88];
const shiftLeft = (a: Code, bits: number): Code => [...a, ...long(bits), 0x86];
const toInt = (a: Code): Code => [...a, 0xa7];
const BEGIN_LOOP: Code = [0x03, NOTHING];
const BEGIN_IF: Code = [0x04, NOTHING];
const END = 0x0b;
/** From within an `if`, back to where the loop around it began. */
const AGAIN: Code = [0x0c, 1];
const whileTrue = (condition: Code, body: Code): Code => [
  ...BEGIN_LOOP,
  ...condition,
  ...BEGIN_IF,
  ...body,
  ...AGAIN,
  END,
  END,
];

const sized = (bytes: Code): Code => [...leb128(bytes.length, false), ...bytes];
const list = (items: readonly Code[]): Code => [...leb128(items.length, false), ...items.flat()];
const section = (id: number, content: Code): Code => [id, ...sized(content)];
const named = (name: string, kind: number): Code => [...sized([...Buffer.from(name)]), kind, 0];

const WORD_BYTES = 8;
const TABLE_BYTES = 256 * WORD_BYTES;
const lanes = [0, 1, 2, 3] as const;
const wordBytes = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** What lies where in the module's memory. Tables are of 256 words of 64 bits, little end first. */
export const layout = {
  /** By byte: what it makes of a CRC of zero. */
  byteTable: 0,
  /** A table each for the bytes of a word: what they make of it when a round, `roundBytes`, has gone by. */
  wordTables: TABLE_BYTES,
  /** The CRC so far, as a word. */
  crc: 9 * TABLE_BYTES,
  input: 9 * TABLE_BYTES + 64,
  /** Beside the tables in the core's own cache. */
  inputMaxBytes: 16 * 1024,
  roundBytes: lanes.length * WORD_BYTES,
} as const;

const LENGTH = 0;
const AT = 1;
const WORD = 2;
const LANE = 3;

const wordAt = (lane: number): Code => load(get(AT), layout.input + lane * WORD_BYTES);

/** Where a byte of the word has its entry in a table. */
function entryOf(byte: number): Code {
  const bits = 8 * byte - 3;
  const moved = bits < 0 ? shiftLeft(get(WORD), -bits) : shiftRight(get(WORD), bits);
  return andInt(toInt(moved), int(0xff * WORD_BYTES));
}

/** Eight look-ups, none of which waits for another. */
const lookUpWord: Code = wordBytes
  .map((byte) => load(entryOf(byte), layout.wordTables + byte * TABLE_BYTES))
  .reduce(xor);

/**
 * `update(length)` takes so many bytes of the input into the CRC. Each of four lanes takes every fourth word, so that the
 * processor looks up for one while another waits for its memory, as zlib's CRC-32 does ("braiding"). What the lanes hold in
 * the end is put into the words that follow, which are gone through byte by byte; the first lane's is the CRC itself.
 */
const updateBody: Code = [
  ...set(LANE, load(int(0), layout.crc)),
  ...whileTrue(isAtMost(addInt(get(AT), int(2 * layout.roundBytes)), get(LENGTH)), [
    ...lanes.flatMap((lane) => [...set(WORD, xor(get(LANE + lane), wordAt(lane))), ...set(LANE + lane, lookUpWord)]),
    ...set(AT, addInt(get(AT), int(layout.roundBytes))),
  ]),
  ...lanes
    .slice(1)
    .flatMap((lane) => store(get(AT), layout.input + lane * WORD_BYTES, xor(get(LANE + lane), wordAt(lane)))),
  ...whileTrue(isLess(get(AT), get(LENGTH)), [
    ...set(WORD, xor(get(LANE), loadByte(get(AT), layout.input))),
    ...set(LANE, xor(load(entryOf(0), layout.byteTable), shiftRight(get(LANE), 8))),
    ...set(AT, addInt(get(AT), int(1))),
  ]),
  ...store(int(0), layout.crc, get(LANE)),
];

const locals = list([
  [1, I32],
  [1 + lanes.length, I64],
]);

const MAGIC_AND_VERSION: Code = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** A WebAssembly module that computes reflected CRCs of up to 64 bits; which one is up to the tables in its memory. */
export const crcModule: Uint8Array = Uint8Array.from([
  ...MAGIC_AND_VERSION,
  ...section(1, list([[0x60, 1, I32, 0]])),
  ...section(3, list([[0]])),
  ...section(5, list([[0, 1]])),
  ...section(7, list([named('update', 0), named('memory', 2)])),
  ...section(10, list([sized([...locals, ...updateBody, END])])),
]);
