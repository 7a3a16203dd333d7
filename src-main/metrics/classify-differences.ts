import { float64At, int32At, itemAt, uint32At } from '../contract/elements.ts';
import { differenceKinds } from '../contract/metrics.ts';
import type { DifferenceKind } from '../contract/metrics.ts';
import { iouOf } from './count-overlaps.ts';
import type { InstanceOverlaps } from './count-overlaps.ts';

/** Cells that differ, as indices of the overlaps. */
export interface DifferingCells {
  kind: Exclude<DifferenceKind, 'agreeing'>;
  found: number[];
  truth: number[];
}

/** How the cells of two segmentations differ. */
export interface ClassifiedDifferences {
  /** An index of `differenceKinds` per found cell, and per true cell. */
  foundKinds: Uint8Array;
  truthKinds: Uint8Array;
  /** Merged, split, missed, extra; each in reading order. */
  differences: DifferingCells[];
  /** IoU of each pair of agreeing cells. */
  ious: number[];
}

const kindAt = (kind: DifferenceKind): number => differenceKinds.indexOf(kind);
const order: readonly DifferingCells['kind'][] = ['merged', 'split', 'missed', 'extra'];

/**
 * Classifies the cells that differ between two segmentations. Two cells agree if their IoU is above 0.5.
 *
 * A cell holds another one if it has more than half of its pixels. A true cell is merged if the found cell
 * that holds it also holds, or agrees with, another true cell. A found cell is a piece of a split cell if the
 * true cell that holds it also holds, or agrees with, another found cell. The remaining true cells are
 * missed, the remaining found cells extra. So a cell with a very different outline is both missed and extra.
 */
export function classifyDifferences(overlaps: InstanceOverlaps): ClassifiedDifferences {
  const { predictionAreas, truthAreas, predictionIndex, truthIndex, areas } = overlaps;
  const matchOfFound = new Int32Array(predictionAreas.length).fill(-1);
  const matchOfTruth = new Int32Array(truthAreas.length).fill(-1);
  /** The cell of the other side that has more than half of a cell. */
  const holderOfFound = new Int32Array(predictionAreas.length).fill(-1);
  const holderOfTruth = new Int32Array(truthAreas.length).fill(-1);
  const ious: number[] = [];
  for (let i = 0; i < areas.length; i++) {
    const found = uint32At(predictionIndex, i);
    const truth = uint32At(truthIndex, i);
    const shared = float64At(areas, i);
    const iou = iouOf(overlaps, i);
    if (iou > 0.5) {
      matchOfFound[found] = truth;
      matchOfTruth[truth] = found;
      ious.push(iou);
    }
    if (2 * shared > float64At(predictionAreas, found)) holderOfFound[found] = truth;
    if (2 * shared > float64At(truthAreas, truth)) holderOfTruth[truth] = found;
  }
  // Cells in a cell of the other side, the agreeing one included.
  const inFound = heldBy(holderOfTruth, matchOfTruth, predictionAreas.length);
  const inTruth = heldBy(holderOfFound, matchOfFound, truthAreas.length);

  const foundKinds = new Uint8Array(predictionAreas.length);
  const truthKinds = new Uint8Array(truthAreas.length);
  const merged = new Set<number>();
  const split = new Set<number>();
  const differences: DifferingCells[] = [];
  for (let truth = 0; truth < truthAreas.length; truth++) {
    if (int32At(matchOfTruth, truth) >= 0) continue;
    const holder = int32At(holderOfTruth, truth);
    if (holder >= 0 && itemAt(inFound, holder).length > 1) merged.add(holder);
    else if (itemAt(inTruth, truth).length > 1) split.add(truth);
    else {
      truthKinds[truth] = kindAt('missed');
      differences.push({ kind: 'missed', found: [], truth: [truth] });
    }
  }
  for (let found = 0; found < predictionAreas.length; found++) {
    if (int32At(matchOfFound, found) >= 0) continue;
    const holder = int32At(holderOfFound, found);
    if (holder >= 0 && itemAt(inTruth, holder).length > 1) split.add(holder);
    else if (itemAt(inFound, found).length > 1) merged.add(found);
    else {
      foundKinds[found] = kindAt('extra');
      differences.push({ kind: 'extra', found: [found], truth: [] });
    }
  }
  for (const found of merged) {
    const truth = itemAt(inFound, found);
    foundKinds[found] = kindAt('merged');
    for (const one of truth) truthKinds[one] = kindAt('merged');
    differences.push({ kind: 'merged', found: [found], truth });
  }
  for (const truth of split) {
    const found = itemAt(inTruth, truth);
    truthKinds[truth] = kindAt('split');
    for (const one of found) foundKinds[one] = kindAt('split');
    differences.push({ kind: 'split', found, truth: [truth] });
  }
  const first = ({ found, truth }: DifferingCells): number => truth[0] ?? found[0] ?? 0;
  differences.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || first(a) - first(b));
  return { foundKinds, truthKinds, differences, ious };
}

/** Per cell of the other side, the cells of this side that it holds or agrees with. */
function heldBy(holders: Int32Array, matches: Int32Array, count: number): number[][] {
  const held = Array.from({ length: count }, (): number[] => []);
  for (let cell = 0; cell < holders.length; cell++) {
    const [holder, match] = [int32At(holders, cell), int32At(matches, cell)];
    if (holder >= 0) itemAt(held, holder).push(cell);
    if (match >= 0 && match !== holder) itemAt(held, match).push(cell);
  }
  return held;
}
