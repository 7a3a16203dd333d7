import type { FloatPlane, LabelImage } from '../../src-main/contract/pixels.ts';
import { gaussianFilter } from '../../src-main/imaging/filters/gaussian-filter.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';

/** Round cells of one size: bright ones on a dark ground, or grainy ones as bright as the ground. */
export function generatedCells(
  kind: 'fluorescence' | 'phase',
  diameterPx: number,
  seed: number,
): { plane: FloatPlane; truth: LabelImage; count: number } {
  const random = new SeededRandom(seed);
  const side = Math.max(320, Math.min(900, 4 * diameterPx));
  const truth = { height: side, width: side, data: new Int32Array(side * side) };
  const wanted = Math.max(
    3,
    Math.min(150, Math.round((0.25 * side ** 2) / (Math.PI * (diameterPx / 2) ** 2))),
  );
  const centres: [number, number][] = [];
  for (let k = 0; k < 20_000 && centres.length < wanted; k++) {
    const [y, x] = [random.uniform() * side, random.uniform() * side];
    if (centres.every(([cy, cx]) => Math.hypot(cy - y, cx - x) > 1.2 * diameterPx)) centres.push([y, x]);
  }
  const radius = diameterPx / 2;
  // From last to first, so that the earlier cell is in front where two meet.
  for (const [k, [cy, cx]] of [...centres.entries()].reverse()) {
    for (let row = Math.max(0, Math.floor(cy - radius)); row < Math.min(side, cy + radius); row++) {
      for (
        let column = Math.max(0, Math.floor(cx - radius));
        column < Math.min(side, cx + radius);
        column++
      ) {
        const isInside = Math.hypot(cy - row - 0.5, cx - column - 0.5) <= radius;
        if (isInside) truth.data[row * side + column] = k + 1;
      }
    }
  }
  const shape = gaussianFilter(
    { ...truth, data: Float32Array.from(truth.data, (label) => Math.min(1, label)) },
    0.8,
  );
  const grain = gaussianFilter(
    { ...truth, data: Float32Array.from(truth.data, () => random.normal()) },
    Math.max(0.6, diameterPx / 40),
  );
  const squares = grain.data.reduce((sum, value) => sum + value * value, 0);
  const deviation = Math.sqrt(squares / grain.data.length);
  const data = shape.data.map((inside, i) =>
    kind === 'fluorescence'
      ? Math.round(200 + 600 * inside + 15 * random.normal())
      : Math.round(1000 * (1 + (0.12 * inside * grain.data[i]!) / deviation) + 8 * random.normal()),
  );
  return { plane: { height: side, width: side, data }, truth, count: centres.length };
}

/**
 * A field without cells: camera noise, grain of the size `grainSigmaPx`, and light that changes by `shade`
 * across it.
 */
export function emptyField(grainSigmaPx: number, shade: number, seed: number): FloatPlane {
  const random = new SeededRandom(seed);
  const side = 300;
  const white = {
    height: side,
    width: side,
    data: Float32Array.from({ length: side ** 2 }, () => random.normal()),
  };
  const grain = gaussianFilter(white, grainSigmaPx);
  const data = grain.data.map((value, i) => {
    const light = 1 + shade * ((i % side) / side - 0.5);
    // 3.5 σ restores most of the noise amplitude that blurring removes.
    return Math.round(400 * light + 14 * grainSigmaPx * value + 3 * random.normal());
  });
  return { height: side, width: side, data };
}
