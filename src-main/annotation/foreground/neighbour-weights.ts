import type { FloatPlane } from '../../contract/pixels.ts';

/**
 * Cost of different labels for two 8-connected neighbours of a grid: four planes [height, width]. Entry i is
 * for pixel i and its neighbour in that direction; 0 at the image's edge.
 */
export interface NeighbourWeights {
  right: WeightPlane;
  downLeft: WeightPlane;
  down: WeightPlane;
  downRight: WeightPlane;
  /** [height, width]: the sum over all neighbours of a pixel. */
  sums: Uint16Array | Int32Array;
}

/**
 * In numbers as narrow as the strength allows. These five planes take most of the memory of a large image.
 */
type WeightPlane = Uint8Array | Uint16Array;

/** Number of steps in the table of the contrast term. */
const tableSteps = 1024;
/** End of the table, as a multiple of the typical contrast. Beyond it the term is nearly 0 and constant. */
const tableEnd = 4;

/**
 * The contrast-sensitive Potts term of a feature [height, width]. Neighbours whose features differ by Δ cost
 * strength · exp(−Δ² / 2⟨Δ²⟩) / distance, with ⟨Δ²⟩ the mean over all neighbours. Borders are cheap where the
 * feature changes.
 *
 * Y. Boykov, M.-P. Jolly, "Interactive Graph Cuts for Optimal Boundary & Region Segmentation of Objects in
 * N-D Images", Proceedings of the IEEE International Conference on Computer Vision, 2001, vol. 1, pp.
 * 105–112.
 * @param strength the weight between side neighbours without contrast, in units of the energy, up to 65535.
 * @throws RangeError if the strength is not in [0, 65535].
 */
export function neighbourWeights({ height, width, data }: FloatPlane, strength: number): NeighbourWeights {
  if (!(strength >= 0 && strength <= 65535)) {
    throw new RangeError(`the strength must be in [0, 65535], received ${strength}`);
  }
  const directions = [
    { name: 'right', stepY: 0, stepX: 1 },
    { name: 'downLeft', stepY: 1, stepX: -1 },
    { name: 'down', stepY: 1, stepX: 0 },
    { name: 'downRight', stepY: 1, stepX: 1 },
  ] as const;
  let squares = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0, i = y * width; x < width; x++, i++) {
      if (x + 1 < width) squares += square(data[i + 1]! - data[i]!);
      if (y + 1 < height) squares += square(data[i + width]! - data[i]!);
    }
  }
  const pairs = height * (width - 1) + (height - 1) * width;
  const typical = Math.sqrt(squares / Math.max(1, pairs));
  const scale = typical > 0 ? tableSteps / typical : 0;

  const Plane = strength <= 255 ? Uint8Array : Uint16Array;
  const Sums = 8 * strength <= 65535 ? Uint16Array : Int32Array;
  const weights: NeighbourWeights = {
    right: new Plane(data.length),
    downLeft: new Plane(data.length),
    down: new Plane(data.length),
    downRight: new Plane(data.length),
    sums: new Sums(data.length),
  };
  for (const { name, stepY, stepX } of directions) {
    const distance = Math.hypot(stepY, stepX);
    const table = Int32Array.from({ length: tableEnd * tableSteps + 1 }, (_, k) =>
      Math.round((strength / distance) * Math.exp(-0.5 * (k / tableSteps) ** 2)),
    );
    const plane = weights[name];
    for (let y = 0; y < height - stepY; y++) {
      const end = y * width + Math.min(width, width - stepX);
      for (let i = y * width + Math.max(0, -stepX); i < end; i++) {
        const contrast = Math.abs(data[i + stepY * width + stepX]! - data[i]!) * scale;
        const weight = table[contrast < table.length ? Math.floor(contrast) : table.length - 1]!;
        plane[i] = weight;
        weights.sums[i]! += weight;
        weights.sums[i + stepY * width + stepX]! += weight;
      }
    }
  }
  return weights;
}

function square(value: number): number {
  return value * value;
}
