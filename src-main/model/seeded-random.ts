import { numberAt } from '../contract/elements.ts';

/**
 * A small, fast pseudo-random generator (sfc32, Chris Doty-Humphrey, PractRand 2010; seeded by FNV-1a and
 * splitmix32). Equal seeds give equal numbers on every machine, so training is reproducible. Each consumer
 * seeds its own generator by name and step. A resumed run therefore needs no generator state.
 *
 * @example new SeededRandom(settings.seed, 'augmentation', step)
 */
export class SeededRandom {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spareNormal: number | null = null;

  constructor(...seeds: readonly (number | string)[]) {
    let hash = 0x811c9dc5;
    for (const character of seeds.join('\u0000')) {
      hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
    }
    const nextSeed = (): number => {
      hash = (hash + 0x9e3779b9) | 0;
      let mixed = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      return mixed ^ (mixed >>> 15);
    };
    this.#a = nextSeed();
    this.#b = nextSeed();
    this.#c = nextSeed();
    // As the author advises: the first dozen outputs still depend visibly on the seed.
    for (let i = 0; i < 12; i++) this.uniform();
  }

  /** A number in [low, high) with 32 bits of resolution. */
  uniform(low = 0, high = 1): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return low + ((high - low) * (sum >>> 0)) / 4294967296;
  }

  /** A whole number in [0, below). */
  integer(below: number): number {
    return Math.floor(this.uniform() * below);
  }

  /** True with the given probability. */
  chance(probability = 0.5): boolean {
    return this.uniform() < probability;
  }

  /** A normal deviate of mean 0 and variance 1 (Box and Muller 1958). */
  normal(): number {
    if (this.#spareNormal !== null) {
      const spare = this.#spareNormal;
      this.#spareNormal = null;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** The numbers 0 … length − 1 in random order (Fisher and Yates). */
  permutation(length: number): number[] {
    const order = Array.from({ length }, (_, i) => i);
    for (let i = length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [order[i], order[j]] = [numberAt(order, j), numberAt(order, i)];
    }
    return order;
  }
}
