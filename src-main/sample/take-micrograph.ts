import type { FloatPlane } from '../contract/pixels.ts';
import { gaussianFilter } from '../imaging/filters/gaussian-filter.ts';
import type { SampleSettings } from './sample-settings.ts';
import type { SeededRandom } from './seeded-random.ts';

/** The optics of one field: all channels share where the lamp shines and how sharp the field is. */
export interface Optics {
  blurPx: number;
  photons: number;
  /** The brightest spot of the lamp, in field widths from the middle. */
  lampY: number;
  lampX: number;
}

/** Standard deviation of the light out of focus, px. */
const hazePx = 22;

export function drawOptics(settings: SampleSettings['camera'], random: SeededRandom): Optics {
  return {
    blurPx: random.between(settings.blurPx[0], settings.blurPx[1]),
    photons: random.between(settings.photons[0], settings.photons[1]),
    lampY: random.between(-0.25, 0.25),
    lampX: random.between(-0.25, 0.25),
  };
}

/**
 * Takes the picture of a scene [height, width] of brightness: uneven light, haze, the blur of the objective, photon noise,
 * read noise and the camera's offset.
 *
 * @returns 16-bit counts, [height, width]
 */
export function takeMicrograph(
  scene: FloatPlane,
  optics: Optics,
  settings: SampleSettings['camera'],
  random: SeededRandom,
): Uint16Array {
  const { height, width } = scene;
  const sharp = gaussianFilter(scene, optics.blurPx).data;
  const haze = gaussianFilter(scene, hazePx).data;
  return Uint16Array.from(sharp, (light, i) => {
    const y = Math.floor(i / width) / height - 0.5 - optics.lampY;
    const x = (i % width) / width - 0.5 - optics.lampX;
    const lamp = 1 - settings.unevenness * Math.min(1, (y * y + x * x) / 0.75);
    const brightness = lamp * ((1 - settings.haze) * light + settings.haze * (haze[i] + 0.25));
    const counts = settings.countsPerPhoton * random.poisson(optics.photons * brightness);
    return Math.max(
      0,
      Math.min(65535, Math.round(settings.offset + counts + settings.readNoise * random.normal())),
    );
  });
}
