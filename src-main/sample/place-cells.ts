import { float32At, itemAt, numberAt } from '../contract/elements.ts';
import type { SampleSettings } from './sample-settings.ts';
import type { SeededRandom } from '../model/seeded-random.ts';
import { smoothNoise } from './smooth-noise.ts';

/** A cell before it has a shape: an ellipse that presses against its neighbours. */
export interface CellSeed {
  y: number;
  x: number;
  /** Radius in px of the disk of equal area. */
  radiusPx: number;
  /** Length over width. */
  elongation: number;
  /** Direction of the long axis, from the y axis. */
  angle: number;
}

/** Share of the plane that disks cover after pushing each other apart. */
const packing = 0.86;
const relaxationSteps = 40;

/**
 * Places the cells of an image [height, width]: dense inside colonies (the hills of a smooth random field), a
 * few alone. Dense cells push each other apart until they hardly overlap.
 */
export function placeCells(
  height: number,
  width: number,
  settings: SampleSettings['cells'],
  random: SeededRandom,
): CellSeed[] {
  const coverage = random.uniform(settings.coverage[0], settings.coverage[1]);
  const hills = smoothNoise(height, width, settings.colonyScalePx, random).data;
  const waterline = float32At(hills.slice().sort(), Math.floor((1 - coverage) * (hills.length - 1)));
  const inColony = (y: number, x: number): boolean =>
    y >= 0 &&
    x >= 0 &&
    y < height &&
    x < width &&
    float32At(hills, Math.floor(y) * width + Math.floor(x)) > waterline;

  const seeds: CellSeed[] = [];
  const cellArea = (Math.PI / 4) * settings.diameterPx ** 2;
  const crowd = Math.round((coverage * height * width * packing) / cellArea);
  while (seeds.length < crowd) {
    const [y, x] = [random.uniform() * height, random.uniform() * width];
    if (inColony(y, x)) seeds.push(drawSeed(y, x, settings, random));
  }
  pushApart(seeds);

  const alone = Math.round(random.uniform(settings.isolated[0], numberAt(settings.isolated, 1) + 1) - 0.5);
  for (let found = 0, tries = 0; found < alone && tries < 500; tries++) {
    const [y, x] = [random.uniform() * height, random.uniform() * width];
    const clearance = 1.4 * settings.diameterPx;
    if (seeds.some((seed) => Math.hypot(seed.y - y, seed.x - x) < clearance)) continue;
    const seed = drawSeed(y, x, settings, random);
    // space to spread
    seeds.push({ ...seed, radiusPx: 1.1 * seed.radiusPx, elongation: seed.elongation * 1.25 });
    found++;
  }
  return seeds;
}

function drawSeed(y: number, x: number, settings: SampleSettings['cells'], random: SeededRandom): CellSeed {
  const relative = Math.max(0.5, 1 + settings.diameterSpread * random.normal());
  return {
    y,
    x,
    radiusPx: (settings.diameterPx / 2) * relative,
    elongation: random.uniform(settings.elongation[0], settings.elongation[1]),
    angle: random.uniform(0, Math.PI),
  };
}

/** Moves overlapping disks apart; each step removes half of the overlap. */
function pushApart(seeds: CellSeed[]): void {
  for (let step = 0; step < relaxationSteps; step++) {
    for (let i = 0; i < seeds.length; i++) {
      for (let j = 0; j < i; j++) {
        const [a, b] = [itemAt(seeds, i), itemAt(seeds, j)];
        const wanted = 0.95 * (a.radiusPx + b.radiusPx);
        const [dy, dx] = [a.y - b.y, a.x - b.x];
        if (Math.abs(dy) >= wanted || Math.abs(dx) >= wanted) continue;
        const distance = Math.max(1e-3, Math.hypot(dy, dx));
        if (distance >= wanted) continue;
        const push = (0.25 * (wanted - distance)) / distance;
        a.y += push * dy;
        a.x += push * dx;
        b.y -= push * dy;
        b.x -= push * dx;
      }
    }
  }
}
