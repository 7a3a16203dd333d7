// Constants of 13 bits, and two more bits kept between the passes.
const constantBits = 13;
const passBits = 2;
const c0298 = 2446;
const c0390 = 3196;
const c0541 = 4433;
const c0765 = 6270;
const c0899 = 7373;
const c1175 = 9633;
const c1501 = 12299;
const c1847 = 15137;
const c1961 = 16069;
const c2053 = 16819;
const c2562 = 20995;
const c3072 = 25172;

const work = new Int32Array(64);

/**
 * The inverse cosine transform of one block of 8 × 8 dequantised coefficients, bit for bit as libjpeg's accurate integer method
 * (jidctint.c), which nearly every other program uses.
 *
 * C. Loeffler, A. Ligtenberg, G. S. Moschytz, "Practical Fast 1-D DCT Algorithms with 11 Multiplications", ICASSP 1989.
 *
 * @param block 64 coefficients, row by row.
 * @param out where the samples go; the block's first at `at`, rows `stride` apart.
 */
export function inverseDct(block: Int32Array, out: Uint8ClampedArray, at: number, stride: number): void {
  for (let x = 0; x < 8; x++) transform(block, x, 8, work, constantBits - passBits);
  for (let y = 0; y < 8; y++) {
    transform(work, 8 * y, 1, work, constantBits + passBits + 3);
    for (let x = 0; x < 8; x++) out[at + y * stride + x] = work[8 * y + x]! + 128;
  }
}

/** One-dimensional transform of eight values `step` apart, rounded by `bits` bits. */
function transform(input: Int32Array, at: number, step: number, output: Int32Array, bits: number): void {
  const half = 1 << (bits - 1);
  const s0 = input[at]!;
  const s1 = input[at + step]!;
  const s2 = input[at + 2 * step]!;
  const s3 = input[at + 3 * step]!;
  const s4 = input[at + 4 * step]!;
  const s5 = input[at + 5 * step]!;
  const s6 = input[at + 6 * step]!;
  const s7 = input[at + 7 * step]!;

  const e1 = (s2 + s6) * c0541;
  const e2 = e1 - s6 * c1847;
  const e3 = e1 + s2 * c0765;
  const sum = (s0 + s4) << constantBits;
  const difference = (s0 - s4) << constantBits;
  const t0 = sum + e3 + half;
  const t3 = sum - e3 + half;
  const t1 = difference + e2 + half;
  const t2 = difference - e2 + half;

  const z5 = (s7 + s3 + s5 + s1) * c1175;
  const z1 = (s7 + s1) * -c0899;
  const z2 = (s5 + s3) * -c2562;
  const z3 = (s7 + s3) * -c1961 + z5;
  const z4 = (s5 + s1) * -c0390 + z5;
  const o0 = s7 * c0298 + z1 + z3;
  const o1 = s5 * c2053 + z2 + z4;
  const o2 = s3 * c3072 + z2 + z3;
  const o3 = s1 * c1501 + z1 + z4;

  output[at] = (t0 + o3) >> bits;
  output[at + 7 * step] = (t0 - o3) >> bits;
  output[at + step] = (t1 + o2) >> bits;
  output[at + 6 * step] = (t1 - o2) >> bits;
  output[at + 2 * step] = (t2 + o1) >> bits;
  output[at + 5 * step] = (t2 - o1) >> bits;
  output[at + 3 * step] = (t3 + o0) >> bits;
  output[at + 4 * step] = (t3 - o0) >> bits;
}
