/** One component's samples; rows may be longer than the image is wide. */
export interface Samples {
  data: Uint8ClampedArray;
  /** Distance of rows in `data`. */
  stride: number;
  height: number;
  width: number;
}

/**
 * Brings a subsampled component to full size, bit for bit as libjpeg (jdsample.c): twice as wide or high by a triangle filter, other
 * ratios by repetition.
 *
 * @param across how many times wider the image is.
 * @param down how many times higher.
 */
export function upsample(
  samples: Samples,
  across: number,
  down: number,
  height: number,
  width: number,
): Samples {
  // Narrower ones libjpeg repeats, for its filter needs three columns.
  const smooth = samples.width > 2;
  if (across === 1 && down === 1) return samples;
  if (across === 2 && down === 1 && smooth) return widen(samples);
  if (across === 1 && down === 2) return heighten(samples);
  if (across === 2 && down === 2 && smooth) return enlarge(samples);
  const data = new Uint8ClampedArray(height * width);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / down) * samples.stride;
    for (let x = 0; x < width; x++) data[y * width + x] = samples.data[row + Math.floor(x / across)]!;
  }
  return { data, stride: width, height, width };
}

/** Three quarters of the nearer sample and one of the farther; the halves are rounded down and up in turn. */
function widen({ data, stride, height, width }: Samples): Samples {
  const out = new Uint8ClampedArray(height * 2 * width);
  for (let y = 0; y < height; y++) {
    const row = y * stride;
    const to = y * 2 * width;
    for (let x = 0; x < width; x++) {
      const near = data[row + x]!;
      const left = data[row + Math.max(0, x - 1)]!;
      const right = data[row + Math.min(width - 1, x + 1)]!;
      out[to + 2 * x] = (3 * near + left + 1) >> 2;
      out[to + 2 * x + 1] = (3 * near + right + 2) >> 2;
    }
  }
  return { data: out, stride: 2 * width, height, width: 2 * width };
}

function heighten({ data, stride, height, width }: Samples): Samples {
  const out = new Uint8ClampedArray(2 * height * width);
  for (let y = 0; y < 2 * height; y++) {
    const near = (y >> 1) * stride;
    const far = neighbourRow(y, height) * stride;
    const bias = y % 2 === 0 ? 1 : 2;
    for (let x = 0; x < width; x++) out[y * width + x] = (3 * data[near + x]! + data[far + x]! + bias) >> 2;
  }
  return { data: out, stride: width, height: 2 * height, width };
}

function enlarge({ data, stride, height, width }: Samples): Samples {
  const out = new Uint8ClampedArray(4 * height * width);
  for (let y = 0; y < 2 * height; y++) {
    const near = (y >> 1) * stride;
    const far = neighbourRow(y, height) * stride;
    const column = (x: number): number => 3 * data[near + x]! + data[far + x]!;
    const to = y * 2 * width;
    for (let x = 0; x < width; x++) {
      const own = column(x);
      out[to + 2 * x] = (3 * own + column(Math.max(0, x - 1)) + 8) >> 4;
      out[to + 2 * x + 1] = (3 * own + column(Math.min(width - 1, x + 1)) + 7) >> 4;
    }
  }
  return { data: out, stride: 2 * width, height: 2 * height, width: 2 * width };
}

/** The second nearest row to row `y` of twice as many. */
function neighbourRow(y: number, height: number): number {
  return y % 2 === 0 ? Math.max(0, (y >> 1) - 1) : Math.min(height - 1, (y >> 1) + 1);
}
