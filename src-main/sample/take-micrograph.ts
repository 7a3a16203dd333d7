import type { FloatPlane } from '../contract/pixels.ts';
import { gaussianFilter } from '../imaging/filters/gaussian-filter.ts';
import { poissonCount } from './poisson-count.ts';
import type { SampleSettings } from './sample-settings.ts';
import { resizePlane } from '../imaging/resample/resize-plane.ts';
import type { SeededRandom } from '../model/seeded-random.ts';

/** The optics of one image: all channels share the illumination profile and the focus. */
export interface Optics {
  blurPx: number;
  photons: number;
  /** The brightest spot of the lamp, in image widths from the centre. */
  lampY: number;
  lampX: number;
}

/** Standard deviation of the light out of focus in px, and the factor of its coarser grid. */
const hazePx = 22;
const hazeCoarseness = 4;

export function drawOptics(settings: SampleSettings['camera'], random: SeededRandom): Optics {
  return {
    blurPx: random.uniform(settings.blurPx[0], settings.blurPx[1]),
    photons: random.uniform(settings.photons[0], settings.photons[1]),
    lampY: random.uniform(-0.25, 0.25),
    lampX: random.uniform(-0.25, 0.25),
  };
}

/**
 * Simulates the micrograph of a scene [height, width] of brightness. It adds uneven light, haze, the
 * objective's blur, photon noise, read noise and the camera's offset.
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
  const haze = outOfFocus(scene).data;
  return Uint16Array.from(sharp, (light, i) => {
    const y = Math.floor(i / width) / height - 0.5 - optics.lampY;
    const x = (i % width) / width - 0.5 - optics.lampX;
    const lamp = 1 - settings.unevenness * Math.min(1, (y * y + x * x) / 0.75);
    const brightness = lamp * ((1 - settings.haze) * light + settings.haze * (haze[i]! + 0.25));
    const counts = settings.countsPerPhoton * poissonCount(optics.photons * brightness, random);
    return Math.max(
      0,
      Math.min(65535, Math.round(settings.offset + counts + settings.readNoise * random.normal())),
    );
  });
}

/** A wide blur. It has no detail, so it is computed on a coarser grid, in a twentieth of the time. */
function outOfFocus(scene: FloatPlane): FloatPlane {
  const coarse = resizePlane(
    scene,
    Math.ceil(scene.height / hazeCoarseness),
    Math.ceil(scene.width / hazeCoarseness),
  );
  return resizePlane(gaussianFilter(coarse, hazePx / hazeCoarseness), scene.height, scene.width);
}
