/** A stream of random numbers that is the same for the same seed on every machine. */
export interface SeededRandom {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Gaussian with mean 0 and standard deviation 1. */
  normal(): number;
  /** A count with the given mean (and variance). */
  poisson(mean: number): number;
}

/** From this mean on a Poisson count is drawn as a rounded Gaussian: the two differ by less than the camera's read noise. */
const poissonAsNormalFrom = 60;

/**
 * Starts a stream from an integer seed.
 *
 * Sources: xoshiro128** 1.1, D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators", ACM Transactions
 * on Mathematical Software 47:36 (2021), its state filled by SplitMix32; normal deviates by G. E. P. Box, M. E. Muller,
 * "A note on the generation of random normal deviates", Annals of Mathematical Statistics 29:610 (1958); Poisson counts
 * by D. E. Knuth, The Art of Computer Programming, volume 2, section 3.4.1.
 */
export function seededRandom(seed: number): SeededRandom {
  const state = new Uint32Array(4);
  let mixed = seed | 0;
  for (let i = 0; i < 4; i++) {
    mixed = (mixed + 0x9e3779b9) | 0;
    let z = mixed;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    state[i] = z ^ (z >>> 16);
  }

  function uniform(): number {
    const scrambled = Math.imul(rotated(Math.imul(state[1], 5), 7), 9) >>> 0;
    const shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotated(state[3], 11);
    return scrambled / 2 ** 32;
  }

  function normal(): number {
    return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  }

  return {
    uniform,
    normal,
    between: (low, high) => low + (high - low) * uniform(),
    poisson(mean) {
      if (mean >= poissonAsNormalFrom) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
      const limit = Math.exp(-mean);
      let count = -1;
      for (let product = 1; product > limit; product *= uniform()) count++;
      return Math.max(0, count);
    },
  };
}

function rotated(bits: number, by: number): number {
  return (bits << by) | (bits >>> (32 - by));
}
