import { isBelowScore } from '../../src-main/contract/is-below-score.ts';
import type { LabelImage } from '../../src-main/contract/pixels.ts';
import type { CellMask, ReviewCell, ReviewDocument } from '../../src-main/contract/review-document.ts';
import { cellMaskOf, emptyRegion } from '../../src-main/imaging/cells/cell-mask.ts';
import { labelCells } from '../../src-main/imaging/cells/label-cells.ts';
import { runsOf } from '../../src-main/imaging/label/runs-of.ts';
import { countOverlaps, iouOf } from '../../src-main/metrics/count-overlaps.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { worstFirst } from '../../src-main/tasks/review/review-view.ts';

/** From this agreement with a true cell on, a found cell is accepted unchanged. */
const goodEnough = 0.85;

/** A correction of a simulated person: the state and mask of a cell of the document, or a new cell. */
export type Answer =
  | { kind: 'judge'; id: number; state: 'accepted' | 'rejected' }
  | { kind: 'edit'; id: number; mask: CellMask }
  | { kind: 'add'; mask: CellMask };

/**
 * The corrections of a simulated person who knows the truth. The person visits the found cells in an order,
 * accepts a good outline, redraws a bad one, and rejects a wrong cell. After each, the person adds the
 * nearest missed cell: Review centres the visited cell, so a missed one beside it is visible.
 *
 * @param found the label image of the document: labels are ids
 * @param locations of the found cells by id
 * @param order ids, as the person looks at them
 */
export function answersTo(
  found: LabelImage,
  truth: LabelImage,
  locations: ReadonlyMap<number, { y: number; x: number }>,
  order: readonly number[],
): Answer[] {
  const overlaps = countOverlaps(found, truth);
  const best = new Map<number, { label: number; iou: number }>();
  const isSeen = new Set<number>();
  for (let i = 0; i < overlaps.areas.length; i++) {
    const id = overlaps.predictionLabels[overlaps.predictionIndex[i]!]!;
    const label = overlaps.truthLabels[overlaps.truthIndex[i]!]!;
    const iou = iouOf(overlaps, i);
    if (iou > (best.get(id)?.iou ?? 0)) best.set(id, { label, iou });
    if (iou >= 0.3) isSeen.add(label);
  }
  const trueCells = labelCells(runsOf(truth));
  const maskOf = (label: number): CellMask => {
    const region = emptyRegion(trueCells.get(label)!.box);
    region.data.forEach((_, i) => {
      const [y, x] = [region.top + Math.floor(i / region.width), region.left + (i % region.width)];
      if (truth.data[y * truth.width + x] === label) region.data[i] = 1;
    });
    return cellMaskOf(region)!;
  };
  const missed = new Set([...trueCells.keys()].filter((label) => !isSeen.has(label)));
  const isDone = new Set<number>();
  const answers: Answer[] = [];
  for (const id of order) {
    const { y, x } = locations.get(id)!;
    const under = truth.data[clamp(y, truth.height) * truth.width + clamp(x, truth.width)]!;
    const match = best.get(id);
    const label = match !== undefined && match.iou >= 0.5 ? match.label : under;
    if (label !== 0 && !isDone.has(label)) {
      isDone.add(label);
      missed.delete(label);
      const isGood = match?.label === label && match.iou >= goodEnough;
      answers.push(
        isGood ? { kind: 'judge', id, state: 'accepted' } : { kind: 'edit', id, mask: maskOf(label) },
      );
    } else {
      answers.push({ kind: 'judge', id, state: 'rejected' });
    }
    const nearest = [...missed].sort(
      (a, b) => distanceTo(trueCells.get(a)!.box, y, x) - distanceTo(trueCells.get(b)!.box, y, x),
    )[0];
    if (nearest === undefined) continue;
    missed.delete(nearest);
    isDone.add(nearest);
    answers.push({ kind: 'add', mask: maskOf(nearest) });
  }
  return [...answers, ...[...missed].map((label): Answer => ({ kind: 'add', mask: maskOf(label) }))];
}

/** The document with the first answers given. */
export function answered(document: ReviewDocument, answers: readonly Answer[]): ReviewDocument {
  const cells = new Map<number, ReviewCell>(document.cells.map((cell) => [cell.id, cell]));
  let { nextId } = document;
  for (const answer of answers) {
    if (answer.kind === 'add') {
      const { top, left, height, width } = answer.mask;
      const location = { y: top + height / 2, x: left + width / 2 };
      const cell: ReviewCell = {
        id: nextId,
        state: 'added',
        score: 1,
        source: 'person',
        location,
        mask: answer.mask,
        label: null,
      };
      cells.set(nextId++, cell);
      continue;
    }
    const cell = cells.get(answer.id)!;
    cells.set(
      answer.id,
      answer.kind === 'edit'
        ? { ...cell, state: 'edited', mask: answer.mask }
        : { ...cell, state: answer.state },
    );
  }
  return { ...document, cells: [...cells.values()].sort((a, b) => a.id - b.id), nextId };
}

/**
 * The ids of the cells that Review lists, worst first. A person does not see cells below the minimum score.
 *
 * @param least the minimum score
 */
export function listedCells(
  ids: readonly number[],
  scores: Float32Array,
  areasPx: Float32Array,
  least: number,
): number[] {
  return [...worstFirst(scores, areasPx)]
    .filter((k) => !isBelowScore(0, scores[k]!, least))
    .map((k) => ids[k]!);
}

/** The ids in a random order, the same on every call. */
export function inRandomOrder(ids: readonly number[]): number[] {
  const random = new SeededRandom(1, 'order');
  return ids
    .map((id) => ({ id, at: random.uniform() }))
    .sort((a, b) => a.at - b.at)
    .map(({ id }) => id);
}

function clamp(position: number, size: number): number {
  return Math.min(Math.max(Math.floor(position), 0), size - 1);
}

function distanceTo(
  { top, left, bottom, right }: { top: number; left: number; bottom: number; right: number },
  y: number,
  x: number,
): number {
  return Math.hypot((top + bottom) / 2 - y, (left + right) / 2 - x);
}
