import type { FloatPlane, LabelImage } from '../contract/pixels.ts';
import { gaussianFilter } from '../imaging/filters/gaussian-filter.ts';
import { forEachInside } from './render-membrane.ts';
import type { Nucleus } from './place-nuclei.ts';
import type { SeededRandom } from '../model/seeded-random.ts';
import { smoothNoise } from './smooth-noise.ts';

/**
 * Light of a DNA stain (DAPI) before the microscope. Nuclei are domed and textured, some have dark nucleoli.
 * The cytosol glows faintly.
 *
 * @returns brightness, about 1 inside an average nucleus, [height, width]
 */
export function renderNuclei(
  labels: LabelImage,
  nuclei: readonly Nucleus[],
  random: SeededRandom,
): FloatPlane {
  const { height, width } = labels;
  const clouds = smoothNoise(height, width, 2.2, random).data;
  const data = Float32Array.from(labels.data, (label) => (label === 0 ? 0 : 0.035));
  for (const nucleus of nuclei) {
    forEachInside(height, width, nucleus, (i, distance) => {
      const dome = Math.sqrt(1 - 0.75 * distance);
      data[i]! += nucleus.brightness * dome * Math.max(0.35, 1 + 0.2 * clouds[i]!);
    });
  }
  return gaussianFilter({ height, width, data }, 0.8);
}
