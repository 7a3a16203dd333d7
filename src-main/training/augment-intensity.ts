import type { AugmentationSettings } from '../contract/training.ts';
import { gaussianFilter } from '../imaging/filters/gaussian-filter.ts';
import type { SeededRandom } from '../model/seeded-random.ts';

/**
 * Changes a crop's intensities in place, each channel separately: focus, uneven contrast, contrast curve,
 * noise. Afterwards every channel has mean 0 and variance 1 inside the image, and is 0 outside.
 *
 * @param pixels [size, size, channels]
 * @param inside [size, size], 0 where the crop extends beyond the image
 */
export function augmentIntensity(
  pixels: Float32Array,
  inside: Uint8Array,
  size: number,
  channels: number,
  settings: AugmentationSettings,
  random: SeededRandom,
): void {
  for (let c = 0; c < channels; c++) {
    let plane: Float32Array<ArrayBufferLike> = new Float32Array(size * size);
    for (let i = 0; i < plane.length; i++) plane[i] = pixels[i * channels + c]!;
    if (settings.focusSigmaPx > 0 && random.chance(settings.focusChance)) {
      plane = changeFocus(plane, size, random.uniform(0, settings.focusSigmaPx), random.chance());
    }
    if (settings.shading > 0) shade(plane, size, settings.shading, random);
    if (settings.gamma > 0) {
      bendContrast(plane, inside, Math.exp(random.uniform(-settings.gamma, settings.gamma)));
    }
    if (settings.noise > 0) addNoise(plane, random.uniform(0, settings.noise), random);
    standardise(plane, inside);
    for (let i = 0; i < plane.length; i++) pixels[i * channels + c] = plane[i]!;
  }
}

/** Blurs, or sharpens by subtracting the blur. */
function changeFocus(plane: Float32Array, size: number, sigmaPx: number, sharpen: boolean): Float32Array {
  if (sigmaPx < 0.1) return plane;
  const { data } = gaussianFilter({ height: size, width: size, data: plane }, sigmaPx);
  return sharpen ? data.map((blurred, i) => 2 * plane[i]! - blurred) : data;
}

/** Multiplies by e^f. f is a bilinear surface over 3 × 3 random heights in ± amplitude. */
function shade(plane: Float32Array, size: number, amplitude: number, random: SeededRandom): void {
  const heights = Float32Array.from({ length: 9 }, () => random.uniform(-amplitude, amplitude));
  for (let i = 0; i < size; i++) {
    const y = (2 * (i + 0.5)) / size;
    const row = y < 1 ? 0 : 1;
    for (let j = 0; j < size; j++) {
      const x = (2 * (j + 0.5)) / size;
      const column = x < 1 ? 0 : 1;
      const at = 3 * row + column;
      const upper = heights[at]! + (heights[at + 1]! - heights[at]!) * (x - column);
      const lower = heights[at + 3]! + (heights[at + 4]! - heights[at + 3]!) * (x - column);
      plane[i * size + j]! *= Math.exp(upper + (lower - upper) * (y - row));
    }
  }
}

/** Scales intensities to [0, 1] and raises them to a power. */
function bendContrast(plane: Float32Array, inside: Uint8Array, power: number): void {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < plane.length; i++) {
    if (inside[i] === 0) continue;
    low = Math.min(low, plane[i]!);
    high = Math.max(high, plane[i]!);
  }
  if (!(high > low)) return;
  for (let i = 0; i < plane.length; i++) {
    plane[i] = inside[i] === 0 ? 0 : ((plane[i]! - low) / (high - low)) ** power;
  }
}

function addNoise(plane: Float32Array, share: number, random: SeededRandom): void {
  let sum = 0;
  let squares = 0;
  for (const value of plane) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / plane.length;
  const sigma = share * Math.sqrt(Math.max(0, squares / plane.length - mean * mean));
  for (let i = 0; i < plane.length; i++) plane[i]! += sigma * random.normal();
}

/** Scales to mean 0 and variance 1 inside the image; 0 outside and if the image is constant. */
function standardise(plane: Float32Array, inside: Uint8Array): void {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < plane.length; i++) {
    if (inside[i] === 0) continue;
    sum += plane[i]!;
    count++;
  }
  const mean = count === 0 ? 0 : sum / count;
  let squares = 0;
  for (let i = 0; i < plane.length; i++) if (inside[i] !== 0) squares += (plane[i]! - mean) ** 2;
  const deviation = count === 0 ? 0 : Math.sqrt(squares / count);
  // Rounding alone gives a constant image a deviation of about 1e-7.
  const factor = deviation > 1e-6 ? 1 / deviation : 0;
  for (let i = 0; i < plane.length; i++) plane[i] = inside[i] === 0 ? 0 : (plane[i]! - mean) * factor;
}
