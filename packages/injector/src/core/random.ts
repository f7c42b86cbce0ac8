/**
 * Randomness as a function, not a stream: what is drawn for an exchange depends on the seed, the window, the exchange
 * and its attempt, and on nothing that happened before it. So requests that race each other keep their fates.
 */

/** What a draw is for; two draws for one exchange in one window must not be the same number. */
export const aspects = { share: 1, choice: 2, time: 3 } as const satisfies Record<string, number>;

/** The finaliser of MurmurHash3: every bit of the input moves every bit of the output. */
function scramble(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85_eb_ca_6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2_b2_ae_35);
  return bits ^ (bits >>> 16);
}

/** 32 bits of `text`, to be chained: `hashText(b, hashText(a))` differs from the hash of `a + b`. */
export function hashText(text: string, before = 0): number {
  let bits = scramble(before ^ text.length);
  for (let index = 0; index < text.length; index += 1) {
    bits = Math.imul(bits ^ text.charCodeAt(index), 0x9e_37_79_b1);
    bits = (bits << 15) | (bits >>> 17);
  }
  return scramble(bits);
}

/** 32 bits that stand for one window of one run. */
export function streamOf(seed: string, windowId: string): number {
  return hashText(windowId, hashText(seed, 0x5e_ed));
}

/** What `coarseDraws` counts in: a bound in [0, 1] times this. */
export const COARSE = 2 ** 27;

/**
 * Which of many streams may draw a number below their bounds: calls back with the index of each whose first 27 bits do
 * not rule it out, in order, until it is told to stop. The rest of the price of `draw` is paid by few.
 * @param bounds times `COARSE`; NaN is never ruled out
 */
export function coarseDraws(
  streams: Int32Array,
  bounds: Float64Array,
  [identity, attempt, aspect]: readonly [identity: number, attempt: number, aspect: number],
  candidate: (index: number) => 'on' | 'stop',
): void {
  const who = Math.imul(identity, 0x9e_37_79_b1);
  const which = Math.imul(attempt, 0x27_d4_eb_2f);
  const what = Math.imul(aspect, 0x16_56_67_b1);
  for (let index = 0; index < streams.length; index += 1) {
    const high = scramble(scramble(scramble((streams[index] ?? 0) ^ who) + which) + what) >>> 5;
    if (high >= (bounds[index] ?? 0)) continue;
    if (candidate(index) === 'stop') return;
  }
}

/** A number in [0, 1), uniform, with 53 bits. */
export function draw(stream: number, identity: number, attempt: number, aspect: number): number {
  const base = scramble(scramble(stream ^ Math.imul(identity, 0x9e_37_79_b1)) + Math.imul(attempt, 0x27_d4_eb_2f));
  const high = scramble(base + Math.imul(aspect, 0x16_56_67_b1));
  const low = scramble(high ^ 0x68_e3_1d_a4);
  return ((high >>> 5) * 0x4_00_00_00 + (low >>> 6)) / 2 ** 53;
}
