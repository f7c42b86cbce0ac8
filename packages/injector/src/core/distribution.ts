import type { Distribution } from './fault.ts';

/** The 99th percentile of the standard normal distribution. */
const Z99 = 2.326_347_874_040_841;

const central = {
  top: [
    -39.696_830_286_653_76, 220.946_098_424_520_5, -275.928_510_446_968_7, 138.357_751_867_269, -30.664_798_066_147_16,
    2.506_628_277_459_239,
  ],
  bottom: [
    -54.476_098_798_224_06, 161.585_836_858_040_9, -155.698_979_859_886_6, 66.801_311_887_719_72,
    -13.280_681_552_885_72, 1,
  ],
} as const;
const tail = {
  top: [
    -0.007_784_894_002_430_293, -0.322_396_458_041_136_5, -2.400_758_277_161_838, -2.549_732_539_343_734,
    4.374_664_141_464_968, 2.938_163_982_698_783,
  ],
  bottom: [0.007_784_695_709_041_462, 0.322_467_129_070_039_8, 2.445_134_137_142_996, 3.754_408_661_907_416, 1],
} as const;

/** A polynomial, highest power first. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}

/**
 * The quantile function of the standard normal distribution: Peter Acklam's rational approximation, relative error
 * below 1.15e-9.
 */
function normalQuantile(p: number): number {
  if (p < 0.024_25) {
    const q = Math.sqrt(-2 * Math.log(Math.max(p, Number.MIN_VALUE)));
    return polynomial(tail.top, q) / polynomial(tail.bottom, q);
  }
  if (p > 1 - 0.024_25) return -normalQuantile(1 - p);
  const q = p - 0.5;
  return (polynomial(central.top, q * q) * q) / polynomial(central.bottom, q * q);
}

/** The value below which a share `p` in [0, 1) of the distribution lies, in milliseconds. */
export function quantile(distribution: Distribution, p: number): number {
  switch (distribution.shape) {
    case 'constant':
      return distribution.ms;
    case 'uniform':
      return distribution.fromMs + p * (distribution.toMs - distribution.fromMs);
    case 'lognormal': {
      const sigma = Math.log(distribution.p99Ms / distribution.p50Ms) / Z99;
      return distribution.p50Ms * Math.exp(sigma * normalQuantile(p));
    }
  }
}
