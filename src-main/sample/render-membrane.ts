import { numberAt } from '../contract/elements.ts';
import type { FloatPlane, LabelImage } from '../contract/pixels.ts';
import { gaussianFilter } from '../imaging/filters/gaussian-filter.ts';
import type { Nucleus } from './place-nuclei.ts';
import type { SampleSettings } from './sample-settings.ts';
import type { SeededRandom } from '../model/seeded-random.ts';
import { smoothNoise } from './smooth-noise.ts';

/**
 * Light of a membrane and cytosol stain (anti-phosphotyrosine) before the microscope. Cells differ in
 * brightness, are domed, darker over the nucleus, and grained. Bright borders vary along their length and
 * fade in places. Bright dots mark adhesions.
 *
 * @param labels the cells, [height, width]
 * @param nucleusShadow 0 … 1, share of nucleus at a pixel, [height, width]
 * @returns brightness, about `settings.cytosol` inside cells, 0 outside
 */
export function renderMembrane(
  labels: LabelImage,
  nucleusShadow: FloatPlane,
  settings: SampleSettings['membrane'],
  random: SeededRandom,
): FloatPlane {
  const { height, width } = labels;
  const noise = (scalePx: number): Float32Array => smoothNoise(height, width, scalePx, random).data;
  const cells = drawCellLooks(labels, settings, random);
  const { contact, free } = borders(labels);
  // About 0.12 on a border, 0 in a cell's centre.
  const nearBorder = gaussianFilter(sumOf(contact, free), 3.2).data;
  const nearOutside = gaussianFilter(outsideOf(labels), 3.5).data;
  const [grain, clouds, coarse] = [noise(2.2), noise(5), noise(16)];
  const [along, alongFine] = [noise(9), noise(3.5)];

  const light = new Float32Array(height * width);
  const line = new Float32Array(height * width);
  for (let i = 0; i < light.length; i++) {
    const look = cells.get(labels.data[i]!);
    if (look === undefined) continue;
    const y = Math.floor(i / width) + 0.5;
    const x = (i % width) + 0.5;
    const dome = 1 - 3.2 * Math.min(0.12, nearBorder[i]!) - 0.5 * nearOutside[i]!;
    const ramp = 1 + look.rampY * (y - look.y) + look.rampX * (x - look.x);
    const texture = Math.exp(settings.texture * (0.6 * grain[i]! + 0.7 * clouds[i]! + 0.5 * coarse[i]!));
    const shadow = 1 - look.nucleusDarkness * nucleusShadow.data[i]!;
    light[i] = settings.cytosol * look.brightness * dome * Math.max(0.4, ramp) * texture * shadow;

    const fading = Math.max(0, 1 + settings.borderFading * (0.8 * along[i]! + 0.6 * alongFine[i]!));
    // Membrane stain varies less between cells than the cytosol stain, and is weaker on a free edge.
    const strength = settings.border * Math.sqrt(look.brightness) * fading;
    line[i] = strength * (contact.data[i]! * 0.5 + free.data[i]! * 0.4);
  }
  addPuncta(line, contact, (settings.puncta * cells.size) | 0, settings.border, random);
  const glow = gaussianFilter({ height, width, data: line }, 0.7).data;
  for (let i = 0; i < light.length; i++) light[i]! += glow[i]!;
  return { height, width, data: light };
}

/** Properties that differ between cells. */
interface CellLook {
  y: number;
  x: number;
  brightness: number;
  /** Change of brightness across the cell, per px. */
  rampY: number;
  rampX: number;
  nucleusDarkness: number;
}

function drawCellLooks(
  { width, data }: LabelImage,
  settings: SampleSettings['membrane'],
  random: SeededRandom,
): Map<number, CellLook> {
  const sums = new Map<number, { y: number; x: number; area: number }>();
  data.forEach((label, i) => {
    if (label === 0) return;
    const sum = sums.get(label) ?? { y: 0, x: 0, area: 0 };
    sum.y += Math.floor(i / width) + 0.5;
    sum.x += (i % width) + 0.5;
    sum.area++;
    sums.set(label, sum);
  });
  const labels = [...sums.keys()].sort((a, b) => a - b);
  return new Map(
    labels.map((label) => {
      const { y, x, area } = sums.get(label)!;
      const look: CellLook = {
        y: y / area,
        x: x / area,
        brightness: Math.exp(settings.cellSpread * random.normal()),
        rampY: 0.012 * random.normal(),
        rampX: 0.012 * random.normal(),
        nucleusDarkness: random.uniform(0.1, 0.5),
      };
      return [label, look];
    }),
  );
}

/** Pixels at a border with another cell, and at a border with the background, as 0 and 1. */
function borders({ height, width, data }: LabelImage): { contact: FloatPlane; free: FloatPlane } {
  const contact = new Float32Array(data.length);
  const free = new Float32Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (data[i] === 0) continue;
      const sides = [
        x > 0 ? data[i - 1] : data[i],
        x + 1 < width ? data[i + 1] : data[i],
        y > 0 ? data[i - width] : data[i],
        y + 1 < height ? data[i + width] : data[i],
      ];
      if (sides.some((label) => label !== data[i] && label !== 0)) contact[i] = 1;
      else if (sides.includes(0)) free[i] = 1;
    }
  }
  return { contact: { height, width, data: contact }, free: { height, width, data: free } };
}

/** Adhesions: bright dots scattered over the contacts. */
function addPuncta(
  line: Float32Array,
  contact: FloatPlane,
  count: number,
  strength: number,
  random: SeededRandom,
): void {
  const sites = contact.data.reduce<number[]>((found, value, i) => {
    if (value > 0) found.push(i);
    return found;
  }, []);
  if (sites.length === 0) return;
  for (let k = 0; k < count; k++) {
    const site = numberAt(sites, Math.floor(random.uniform() * sites.length));
    line[site]! += strength * random.uniform(1, 4);
  }
}

/** Share of nucleus at each pixel, 0 … 1, soft at the rim. */
export function nucleusShadowOf(height: number, width: number, nuclei: readonly Nucleus[]): FloatPlane {
  const data = new Float32Array(height * width);
  for (const nucleus of nuclei) {
    forEachInside(height, width, nucleus, (i) => {
      data[i] = 1;
    });
  }
  return gaussianFilter({ height, width, data }, 1.2);
}

/**
 * Calls `visit` for every pixel whose centre is inside the nucleus. It gets the pixel's index and its squared
 * relative distance from the centre (0 … 1).
 */
export function forEachInside(
  height: number,
  width: number,
  nucleus: Nucleus,
  visit: (pixel: number, distanceSquared: number) => void,
): void {
  const [sin, cos] = [Math.sin(nucleus.angle), Math.cos(nucleus.angle)];
  const extent = Math.ceil(nucleus.longPx) + 1;
  const [cy, cx] = [Math.floor(nucleus.y), Math.floor(nucleus.x)];
  for (let y = Math.max(0, cy - extent); y <= Math.min(height - 1, cy + extent); y++) {
    for (let x = Math.max(0, cx - extent); x <= Math.min(width - 1, cx + extent); x++) {
      const dy = y + 0.5 - nucleus.y;
      const dx = x + 0.5 - nucleus.x;
      const distance =
        ((cos * dy + sin * dx) / nucleus.longPx) ** 2 + ((cos * dx - sin * dy) / nucleus.shortPx) ** 2;
      if (distance < 1) visit(y * width + x, distance);
    }
  }
}

function sumOf(a: FloatPlane, b: FloatPlane): FloatPlane {
  return { height: a.height, width: a.width, data: a.data.map((value, i) => value + b.data[i]!) };
}

function outsideOf({ height, width, data }: LabelImage): FloatPlane {
  return { height, width, data: Float32Array.from(data, (label) => (label === 0 ? 1 : 0)) };
}
