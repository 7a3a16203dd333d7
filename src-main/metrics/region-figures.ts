import { float32At, itemAt, numberAt } from '../contract/elements.ts';
import type { CellLabels, Segmentation } from '../contract/pixels.ts';
import type { ChangedFigures, RegionFigures } from '../contract/teaching.ts';
import { centresOfMass } from '../imaging/label/centres-of-mass.ts';
import { instanceLabels } from '../imaging/label/instance-labels.ts';
import { matchInstances } from './match-instances.ts';

/** Fewer regions give no interval, because there are too few ways to draw them again. */
const fewestRegions = 5;

/** Number of times that the regions are drawn again. */
const draws = 1000;

/** What was found in one region of an image. */
export interface JudgedRegion {
  /** Score of each cell found, and whether it is right at IoU 0.5 and 0.75. */
  found: { score: number; at50: boolean; at75: boolean }[];
  /** Number of true cells. */
  truths: number;
}

/**
 * Judges a segmentation region by region. A cell belongs to the region of its centre of mass.
 *
 * @param found scores in the order of the labels
 * @param regionOf name of the region at a position
 */
export function judgeRegions(
  found: Pick<Segmentation<CellLabels>, 'labels' | 'scores'>,
  truth: CellLabels,
  regionOf: (y: number, x: number) => string,
): Map<string, JudgedRegion> {
  const regions = new Map<string, JudgedRegion>();
  const regionAt = (centres: Float32Array, k: number): JudgedRegion => {
    const name = regionOf(float32At(centres, 2 * k), float32At(centres, 2 * k + 1));
    const region = regions.get(name) ?? { found: [], truths: 0 };
    regions.set(name, region);
    return region;
  };
  const trueCentres = centresOfMass(truth);
  for (let k = 0; k < trueCentres.length / 2; k++) regionAt(trueCentres, k).truths++;

  const matches = matchInstances(found.labels, found.scores, truth, [0.5, 0.75]);
  const [at50, at75] = matches.truePositives;
  const centres = centresOfMass(found.labels);
  const rank = new Map([...instanceLabels(found.labels)].map((label, k) => [label, k]));
  matches.overlaps.predictionLabels.forEach((label, i) => {
    const k = rank.get(label)!;
    const score = float32At(found.scores, k);
    regionAt(centres, k).found.push({ score, at50: at50![i] === 1, at75: at75![i] === 1 });
  });
  return regions;
}

/**
 * AP50, AP75 and FNR50 over all regions together, as averagePrecision computes them. 0 without true cells.
 */
export function regionFigures(regions: readonly JudgedRegion[]): RegionFigures {
  const truths = regions.reduce((sum, region) => sum + region.truths, 0);
  const found = regions.flatMap((region) => region.found).sort((a, b) => b.score - a.score);
  const precision = (key: 'at50' | 'at75'): number => {
    let [hits, sum] = [0, 0];
    found.forEach((cell, rank) => {
      if (cell[key]) sum += ++hits / (rank + 1);
    });
    return truths === 0 ? 0 : sum / truths;
  };
  const missed = truths - found.filter((cell) => cell.at50).length;
  return { AP50: precision('at50'), AP75: precision('at75'), FNR50: truths === 0 ? 0 : missed / truths };
}

/**
 * Figures before and after, and 95 % intervals of their change. For the intervals, the regions are drawn
 * again with replacement (percentile bootstrap, Efron 1979, Annals of Statistics 7:1).
 *
 * @param before,after regions by name, of the same truth
 * @param random numbers in [0, 1)
 */
export function compareRegions(
  before: ReadonlyMap<string, JudgedRegion>,
  after: ReadonlyMap<string, JudgedRegion>,
  random: () => number,
): ChangedFigures {
  const empty: JudgedRegion = { found: [], truths: 0 };
  // Sorted by name, because the order decides which regions are drawn.
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  const pairs = names.map((name) => [before.get(name) ?? empty, after.get(name) ?? empty] as const);
  const figuresOf = (drawn: typeof pairs): [RegionFigures, RegionFigures] => [
    regionFigures(drawn.map(([was]) => was)),
    regionFigures(drawn.map(([, is]) => is)),
  ];
  const [was, is] = figuresOf(pairs);
  const cells = pairs.reduce((sum, [region]) => sum + region.truths, 0);
  const common = { cells, regions: pairs.length, before: was, after: is };
  if (pairs.length < fewestRegions) return { ...common, change: null };
  const changes = Array.from({ length: draws }, () => {
    const [a, b] = figuresOf(pairs.map(() => itemAt(pairs, Math.floor(random() * pairs.length))));
    return { AP50: b.AP50 - a.AP50, AP75: b.AP75 - a.AP75, FNR50: b.FNR50 - a.FNR50 };
  });
  const interval = (key: keyof RegionFigures): [number, number] => {
    const sorted = changes.map((change) => change[key]).sort((a, b) => a - b);
    return [numberAt(sorted, Math.floor(0.025 * draws)), numberAt(sorted, Math.ceil(0.975 * draws) - 1)];
  };
  return { ...common, change: { AP50: interval('AP50'), AP75: interval('AP75'), FNR50: interval('FNR50') } };
}
