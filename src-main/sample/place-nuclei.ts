import type { LabelImage } from '../contract/pixels.ts';
import type { SampleSettings } from './sample-settings.ts';
import type { SeededRandom } from '../model/seeded-random.ts';

/** A nucleus, as an ellipse inside its cell. */
export interface Nucleus {
  /** The cell's label. */
  label: number;
  y: number;
  x: number;
  longPx: number;
  shortPx: number;
  angle: number;
  /** 1 is average; 0 is an invisible nucleus. */
  brightness: number;
}

/** Largest width of a nucleus as a share of its cell. */
const largestShare = 0.5;
const tries = 60;

/**
 * Gives every cell of a label image [height, width] a nucleus: off-centre and wholly inside the cell. A few
 * are invisible. A few touch the neighbour's nucleus, so that blob detection finds one for both.
 */
export function placeNuclei(
  labels: LabelImage,
  settings: SampleSettings['nuclei'],
  random: SeededRandom,
): Nucleus[] {
  const nuclei: Nucleus[] = [];
  for (const cell of cellShapes(labels)) {
    const diameter = Math.sqrt((4 / Math.PI) * cell.area);
    const drawn = settings.diameterPx * Math.max(0.7, 1 + settings.diameterSpread * random.normal());
    const radius = Math.min(drawn, largestShare * diameter) / 2;
    const elongation = random.uniform(1, 1.35);
    const seen = random.uniform() >= settings.missing;
    const brightness = seen ? Math.exp(settings.brightnessSpread * random.normal()) : 0;
    const touching = random.uniform() < settings.merged ? nearestPlaced(nuclei, cell, diameter) : undefined;
    for (let attempt = 0; attempt < tries; attempt++) {
      const slack = 1 - attempt / tries; // nearer to the centre with every failure
      const angle = random.uniform(0, Math.PI);
      const direction = random.uniform(0, 2 * Math.PI);
      const away = settings.offCentre * diameter * slack * Math.sqrt(random.uniform());
      const pull = touching === undefined ? 0 : 0.55 * slack;
      const nucleus: Nucleus = {
        label: cell.label,
        y: cell.y + away * Math.cos(direction) + pull * ((touching?.y ?? 0) - cell.y),
        x: cell.x + away * Math.sin(direction) + pull * ((touching?.x ?? 0) - cell.x),
        longPx: radius * Math.sqrt(elongation),
        shortPx: radius / Math.sqrt(elongation),
        angle,
        brightness,
      };
      if (!liesInside(labels, nucleus)) continue;
      nuclei.push(nucleus);
      break;
    }
  }
  return nuclei;
}

interface NucleusCentre {
  label: number;
  area: number;
  y: number;
  x: number;
}

/** Area and centre of mass of every cell, in order of label. */
function cellShapes({ width, data }: LabelImage): NucleusCentre[] {
  const shapes = new Map<number, NucleusCentre>();
  data.forEach((label, i) => {
    if (label === 0) return;
    const shape = shapes.get(label) ?? { label, area: 0, y: 0, x: 0 };
    shape.area++;
    shape.y += Math.floor(i / width) + 0.5;
    shape.x += (i % width) + 0.5;
    shapes.set(label, shape);
  });
  return [...shapes.values()]
    .map((shape) => ({ ...shape, y: shape.y / shape.area, x: shape.x / shape.area }))
    .sort((a, b) => a.label - b.label);
}

function nearestPlaced(nuclei: readonly Nucleus[], cell: NucleusCentre, within: number): Nucleus | undefined {
  const distance = (nucleus: Nucleus): number => Math.hypot(nucleus.y - cell.y, nucleus.x - cell.x);
  return nuclei
    .filter((nucleus) => distance(nucleus) < within)
    .sort((a, b) => distance(a) - distance(b))
    .at(0);
}

/**
 * Whether the nucleus with a margin of one pixel is inside its own cell. Positions outside the image are
 * allowed.
 */
function liesInside({ height, width, data }: LabelImage, nucleus: Nucleus): boolean {
  const [sin, cos] = [Math.sin(nucleus.angle), Math.cos(nucleus.angle)];
  for (let k = 0; k < 16; k++) {
    const along = (nucleus.longPx + 1) * Math.cos((k * Math.PI) / 8);
    const across = (nucleus.shortPx + 1) * Math.sin((k * Math.PI) / 8);
    const y = Math.floor(nucleus.y + cos * along - sin * across);
    const x = Math.floor(nucleus.x + sin * along + cos * across);
    if (y < 0 || x < 0 || y >= height || x >= width) continue;
    if (data[y * width + x] !== nucleus.label) return false;
  }
  return true;
}
