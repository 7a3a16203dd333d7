import { float64At, int32At } from '../../contract/elements.ts';
import { pairSumsModule } from './pair-sums-module.ts';

/** Half of an even (`kernel[-k] = kernel[k]`) or odd (`kernel[-k] = -kernel[k]`) kernel. */
export interface HalfKernel {
  parity: 'even' | 'odd';
  /** The weights at offsets 0, 1 … radius; an odd kernel has 0 at offset 0. */
  weights: Float64Array;
}

/** Weighted sums of lines of values, for one kernel. */
export interface PairSums {
  /** The lines, one behind the other. */
  values: Float64Array;
  /** For each offset k, where the line at +k begins in `values`, and where the one at −k. */
  places: Int32Array;
  /** One sum per pixel of a line: `sums[x] = w₀ · v[+0 + x] + Σ_k w_k · (v[+k + x] ± v[−k + x])`. */
  sums: Float64Array;
  run: () => void;
}

/** Pixels that WebAssembly sums at once. It also reads values up to the next multiple, and ignores them. */
const pixelsAtOnce = 8;

/**
 * Reserves the memory for sums of lines; valid until the next call. The sums are the same with and without
 * WebAssembly, which is faster (`test/bench/measure-points.ts`). A page may forbid it by its content security
 * policy.
 */
export function pairSums(kernel: HalfKernel, valueCount: number, sumCount: number): PairSums {
  instance ??= instantiate();
  return instance === 'none'
    ? inScript(kernel, valueCount, sumCount)
    : inWasm(instance, kernel, valueCount, sumCount);
}

/** The same in JavaScript. */
export function inScript({ parity, weights }: HalfKernel, valueCount: number, sumCount: number): PairSums {
  const values = new Float64Array(valueCount);
  const sums = new Float64Array(sumCount);
  const places = new Int32Array(2 * weights.length);
  const sign = parity === 'even' ? 1 : -1;
  const run = (): void => {
    const [centre, first] = [int32At(places, 0), float64At(weights, 0)];
    for (let x = 0; x < sumCount; x++) sums[x] = first * float64At(values, centre + x);
    for (let k = 1; k < weights.length; k++) {
      const [below, above] = [int32At(places, 2 * k), int32At(places, 2 * k + 1)];
      const weight = float64At(weights, k);
      for (let x = 0; x < sumCount; x++) {
        const pair = float64At(values, below + x) + sign * float64At(values, above + x);
        sums[x] = float64At(sums, x) + weight * pair;
      }
    }
  };
  return { values, sums, places, run };
}

type Run = (
  places: number,
  weights: number,
  end: number,
  values: number,
  sums: number,
  bytes: number,
) => void;
interface Instance {
  memory: { buffer: ArrayBuffer; grow: (pages: number) => number };
  even: Run;
  odd: Run;
}

let instance: Instance | 'none' | undefined;

/** The used part of WebAssembly. TypeScript declares it with a browser's types, which are not used here. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (module: object) => { exports: unknown };
};

function instantiate(): Instance | 'none' {
  try {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(pairSumsModule()));
    return exports as Instance;
  } catch {
    return 'none';
  }
}

function inWasm(
  { memory, even, odd }: Instance,
  kernel: HalfKernel,
  valueCount: number,
  sumCount: number,
): PairSums {
  const { parity, weights } = kernel;
  const paddedSums = Math.ceil(sumCount / pixelsAtOnce) * pixelsAtOnce;
  const weightsAt = 0;
  const sumsAt = weightsAt + 8 * weights.length;
  const valuesAt = sumsAt + 8 * paddedSums;
  const placesAt = valuesAt + 8 * (valueCount + pixelsAtOnce);
  const missing = placesAt + 8 * weights.length - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 2 ** 16));
  const { buffer } = memory;
  new Float64Array(buffer, weightsAt, weights.length).set(weights);
  const sum = parity === 'even' ? even : odd;
  return {
    values: new Float64Array(buffer, valuesAt, valueCount),
    sums: new Float64Array(buffer, sumsAt, sumCount),
    places: new Int32Array(buffer, placesAt, 2 * weights.length),
    run: () => sum(placesAt, weightsAt, sumsAt, valuesAt, sumsAt, 8 * paddedSums),
  };
}
