import type { FloatPlane, LabelImage } from '../contract/pixels.ts';
import { gaussianFilter } from '../imaging/filters/gaussian-filter.ts';
import { distanceTransform } from '../imaging/morphology/distance-transform.ts';
import type { SeededRandom } from '../model/seeded-random.ts';
import type { LookSettings } from './look-settings.ts';
import { placeNuclei, type Nucleus } from './place-nuclei.ts';
import { forEachInside, nucleusShadowOf } from './render-membrane.ts';
import type { Range } from './sample-settings.ts';
import { smoothNoise } from './smooth-noise.ts';

/** Nuclei inside generated cells, relative to a cell of 32 px. */
const nucleusSettings = {
  diameterPx: 14,
  diameterSpread: 0.15,
  offCentre: 0.25,
  brightnessSpread: 0.3,
  missing: 0.03,
  merged: 0,
};

/**
 * Contrast of cells in one look. The layers are cells, grains, nuclei, lines along borders, and specks. Then
 * the microscope adds halo, relief, blur, uneven background and noise.
 *
 * @param rounded labels of cells that are rounded up
 * @returns [height, width], 0 is the background
 */
export function renderLook(
  labels: LabelImage,
  rounded: ReadonlySet<number>,
  settings: LookSettings,
  random: SeededRandom,
): FloatPlane {
  const draw = ([low, high]: Range): number => random.uniform(low, high);
  const scene = cellContrasts(labels, rounded, settings, random);
  addRims(scene, labels, settings, random);
  addSpecks(scene, Math.round(draw(settings.debris)), settings.debrisContrast, [0.7, 3], random);
  let image = scene;
  const halo = draw(settings.halo);
  if (halo > 0.02) image = minus(image, gaussianFilter(image, draw(settings.haloPx)), halo);
  const relief = draw(settings.relief);
  if (relief > 0) image = derivative(gaussianFilter(image, 0.8), random.uniform(0, 2 * Math.PI), relief);
  const blurred = emptyLike(image);
  addSpecks(blurred, Math.round(draw(settings.blurred)), [-1, 1], [6, 22], random);
  const far = gaussianFilter(blurred, 5).data;
  image = gaussianFilter(image, draw(settings.blurPx));
  const { height, width, data } = image;
  const slow = smoothNoise(height, width, random.uniform(50, 150), random).data;
  const [background, noise] = [draw(settings.background), draw(settings.noise)];
  const correlated = random.chance() ? smoothNoise(height, width, 1, random).data : null;
  const sign = random.chance(settings.inverted) ? -1 : 1;
  for (let i = 0; i < data.length; i++) {
    const grain = correlated === null ? random.normal() : 0.7 * correlated[i]! + 0.5 * random.normal();
    data[i] = sign * (data[i]! + far[i]! + background * slow[i]!) + noise * grain;
  }
  return image;
}

function cellContrasts(
  labels: LabelImage,
  rounded: ReadonlySet<number>,
  settings: LookSettings,
  random: SeededRandom,
): FloatPlane {
  const { height, width, data } = labels;
  const draw = ([low, high]: Range): number => random.uniform(low, high);
  const [interior, dome, domeWidth, texture, nucleusContrast, nucleoli] = [
    draw(settings.interior),
    draw(settings.dome),
    draw(settings.domeWidthPx),
    draw(settings.texture),
    draw(settings.nucleus),
    draw(settings.nucleoli),
  ] as [number, number, number, number, number, number];
  const highest = data.reduce((most, label) => Math.max(most, label), 0);
  const contrasts = Float32Array.from({ length: highest + 1 }, (_, label) =>
    rounded.has(label)
      ? draw(settings.roundedContrast)
      : interior + settings.interiorSpread * random.normal(),
  );
  const grained = Float32Array.from({ length: highest + 1 }, () => texture * random.uniform(0.5, 1.5));
  const grainPx = draw(settings.grainPx);
  const fine = smoothNoise(height, width, grainPx, random).data;
  const coarse = smoothNoise(height, width, 4 * grainPx, random).data;
  const depth = distanceTransform({ height, width, data: insides(labels) }).data;
  const nuclei = placeNuclei(labels, nucleusSettings, random);
  const shadow = nucleusContrast === 0 ? null : nucleusShadowOf(height, width, nuclei).data;
  const scene = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const label = data[i]!;
    if (label === 0) continue;
    const thickness = 1 - dome * Math.exp(-depth[i]! / domeWidth);
    const grains = grained[label]! * (0.7 * fine[i]! + 0.5 * coarse[i]!);
    const nucleus = shadow === null ? 0 : nucleusContrast * shadow[i]!;
    scene[i] = thickness * (contrasts[label]! + grains + nucleus);
  }
  if (nucleoli !== 0) addNucleoli(scene, labels, nuclei, nucleoli, random);
  return { height, width, data: scene };
}

/** 1 where all neighbours belong to the same cell. */
function insides({ height, width, data }: LabelImage): Uint8Array {
  const inside = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const label = data[i]!;
      const isInside =
        label !== 0 &&
        (x === 0 || data[i - 1] === label) &&
        (x + 1 === width || data[i + 1] === label) &&
        (y === 0 || data[i - width] === label) &&
        (y + 1 === height || data[i + width] === label);
      inside[i] = isInside ? 1 : 0;
    }
  }
  return inside;
}

function addNucleoli(
  scene: Float32Array,
  { height, width }: LabelImage,
  nuclei: readonly Nucleus[],
  contrast: number,
  random: SeededRandom,
): void {
  for (const nucleus of nuclei) {
    for (let k = random.integer(3); k >= 0; k--) {
      const radius = random.uniform(0.1, 0.28) * nucleus.longPx;
      const [y, x] = [0, 1].map(() => random.uniform(-0.5, 0.5) * nucleus.shortPx) as [number, number];
      const spot = {
        ...nucleus,
        y: nucleus.y + y,
        x: nucleus.x + x,
        longPx: radius + 0.6,
        shortPx: radius + 0.6,
      };
      forEachInside(height, width, spot, (i, distance) => {
        scene[i]! += contrast * (1 - distance);
      });
    }
  }
}

/** Lines along the borders of cells, which vary along their length. */
function addRims(scene: FloatPlane, labels: LabelImage, settings: LookSettings, random: SeededRandom): void {
  const { height, width, data } = labels;
  const [rim, widthPx, fading] = [settings.rim, settings.rimWidthPx, settings.rimFading].map(([low, high]) =>
    random.uniform(low, high),
  ) as [number, number, number];
  const along = smoothNoise(height, width, 9, random).data;
  const inside = insides(labels);
  const line = Float32Array.from(data, (label, i) =>
    label === 0 || inside[i] !== 0 ? 0 : Math.max(0, 1 + fading * along[i]!),
  );
  const drawn = gaussianFilter({ height, width, data: line }, widthPx).data;
  // A line of one pixel and this width has about this height after the blur.
  const peak = Math.min(1, 0.8 / widthPx);
  for (let i = 0; i < drawn.length; i++) scene.data[i]! += (rim * drawn[i]!) / peak;
}

/** Adds elliptic specks anywhere. */
function addSpecks(
  scene: FloatPlane,
  count: number,
  contrast: Range,
  radiusPx: Range,
  random: SeededRandom,
): void {
  const { height, width, data } = scene;
  for (let k = 0; k < count; k++) {
    const radius = random.uniform(radiusPx[0], radiusPx[1]);
    const elongation = random.uniform(1, 2);
    const speck: Nucleus = {
      label: 0,
      y: random.uniform(0, height),
      x: random.uniform(0, width),
      longPx: radius * Math.sqrt(elongation) + 0.6,
      shortPx: radius / Math.sqrt(elongation) + 0.6,
      angle: random.uniform(0, Math.PI),
      brightness: 1,
    };
    const strength = random.uniform(contrast[0], contrast[1]);
    forEachInside(height, width, speck, (i, distance) => {
      data[i]! += strength * (1 - 0.7 * distance);
    });
  }
}

function emptyLike({ height, width }: FloatPlane): FloatPlane {
  return { height, width, data: new Float32Array(height * width) };
}

function minus(plane: FloatPlane, other: FloatPlane, share: number): FloatPlane {
  return { ...plane, data: plane.data.map((value, i) => value - share * other.data[i]!) };
}

/** Derivative along a direction, with a little of the plane itself. */
function derivative({ height, width, data }: FloatPlane, angle: number, strength: number): FloatPlane {
  const [dy, dx] = [Math.sin(angle), Math.cos(angle)];
  const out = data.map((value, i) => {
    const x = i % width;
    const right = x + 1 < width ? data[i + 1]! : value;
    const left = x > 0 ? data[i - 1]! : value;
    const down = i + width < data.length ? data[i + width]! : value;
    const up = i >= width ? data[i - width]! : value;
    return 0.15 * value + strength * (dx * (right - left) + dy * (down - up));
  });
  return { height, width, data: out };
}
