/** The reflected polynomials of the CRCs that S3 can combine, with their widths in bits. */
export const polynomials = {
  CRC32: { polynomial: 0xedb88320n, width: 32 },
  CRC32C: { polynomial: 0x82f63b78n, width: 32 },
  CRC64NVME: { polynomial: 0x9a6c9329ac4bc9b5n, width: 64 },
} as const;

type Matrix = readonly bigint[];

function times(matrix: Matrix, vector: bigint): bigint {
  let sum = 0n;
  let rest = vector;
  for (const row of matrix) {
    if (rest === 0n) break;
    if (rest & 1n) sum ^= row;
    rest >>= 1n;
  }
  return sum;
}

const square = (matrix: Matrix): Matrix => matrix.map((row) => times(matrix, row));

/**
 * The CRC of two byte strings put together, from the CRC of each and the length of the second in bytes. As zlib's
 * `crc32_combine`: the first CRC is carried over the second's length by repeated squaring of the one-zero-bit operator.
 */
export function combineCrc(algorithm: keyof typeof polynomials, first: bigint, second: bigint, length: number): bigint {
  const { polynomial, width } = polynomials[algorithm];
  const rows: bigint[] = [polynomial];
  for (let bit = 1; bit < width; bit += 1) rows.push(1n << BigInt(bit - 1));
  // The operator for one zero bit, squared three times: for one zero byte.
  let operator = square(square(square(rows)));
  let crc = first;
  for (let rest = length; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) crc = times(operator, crc);
    operator = square(operator);
  }
  return crc ^ second;
}
