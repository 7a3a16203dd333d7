import type { CellMask, ReviewCell, ReviewDocument } from '../../contract/review-document.ts';
import { boxOf, cellMaskOf, eachRun, maskArea, regionOf } from '../../imaging/cells/cell-mask.ts';
import { CellShapes, isFirm } from '../../imaging/cells/cell-shapes.ts';
import type { IndexedLabels } from '../../imaging/cells/cell-shapes.ts';
import { innerPoint } from '../../imaging/cells/inner-point.ts';
import { keepOnePiece } from '../../imaging/cells/keep-one-piece.ts';
import { eachLabelRun, maskOfLabel } from '../../imaging/cells/label-cells.ts';
import { LabelRunsBuilder } from '../../imaging/label/label-runs-builder.ts';
import type { KeptReview } from '../../project/review-file.ts';
import type { FoundCells } from './found-cells.ts';

/** A new cell with at least this IoU with a rejected cell is rejected too. */
const sameFrom = 0.5;

/** A person's review of the cells of an image. */
interface Said {
  document: Pick<ReviewDocument, 'cells' | 'nextId'>;
  shapes: CellShapes;
}

/**
 * Carries a review over to a new prediction. Accepted, edited and added cells keep their masks, and new cells
 * lose those pixels. A new cell that loses half of its pixels or more is left out. A new cell that overlaps a
 * rejected one (IoU ≥ 0.5) takes its place and is rejected. If a rejected cell has become two halves, both
 * are rejected. New cells have new ids.
 */
export function carryOver(before: Said, found: FoundCells): KeptReview {
  const { cells, nextId } = takeOver(before, found, (label) => {
    const { score, y, x } = found.rows.get(label)!;
    return { label, mask: null, score, source: 'model', location: { y, x } };
  });
  const all = new CellShapes(found, cells);
  const lastLabel = Math.max([...found.cells.keys()].at(-1) ?? 0, found.record.cells);
  return {
    prediction: found.id,
    allChecked: false,
    nextId,
    lastLabel,
    cells: cells.filter(({ id }) => all.box(id) !== null),
  };
}

/**
 * Carries a review over to imported cells, as {@link carryOver}.
 * @returns the new document, and the number of imported cells that were left out
 */
export function importOver(before: Said, imported: IndexedLabels): { review: KeptReview; leftOut: number } {
  const { cells, nextId, fresh } = takeOver(before, imported, (label) => {
    const region = regionOf(maskOfLabel(imported.labels, label, imported.cells.get(label)!.box));
    keepOnePiece(region);
    const mask = cellMaskOf(region)!;
    return { label: null, mask, score: 1, source: 'import', location: innerPoint(mask) };
  });
  const { height, width } = imported.labels;
  const all = new CellShapes(emptyLabels({ height, width }), cells);
  const kept = cells.filter(({ id }) => all.box(id) !== null);
  return {
    review: { prediction: null, allChecked: false, nextId, lastLabel: 0, cells: kept },
    leftOut: [...fresh].filter((id) => all.box(id) === null).length,
  };
}

function takeOver(
  { document, shapes }: Said,
  next: IndexedLabels,
  cellOf: (label: number) => Omit<ReviewCell, 'id' | 'state'>,
): { cells: ReviewCell[]; nextId: number; fresh: Set<number> } {
  const cells: ReviewCell[] = [];
  /** The rejected cell whose place a new one takes; `null` for the second half of one. */
  const rejectedAs = new Map<number, ReviewCell | null>();
  for (const cell of document.cells) {
    const mask = shapes.mask(cell.id);
    if (mask === null || cell.state === 'found') continue;
    const same = isFirm(cell) ? [] : sameCells(mask, next).filter((label) => !rejectedAs.has(label));
    for (const [i, label] of same.entries()) rejectedAs.set(label, i === 0 ? cell : null);
    if (same.length === 0) cells.push({ ...cell, mask, label: null });
  }
  let { nextId } = document;
  const fresh = new Set<number>();
  for (const label of next.cells.keys()) {
    const rejected = rejectedAs.get(label);
    const state = rejected === undefined ? 'found' : 'rejected';
    const id = rejected?.id ?? nextId++;
    cells.push({ ...cellOf(label), id, state });
    fresh.add(id);
  }
  return { cells: cells.sort((a, b) => a.id - b.id), nextId, fresh };
}

/** A label image [height, width] without cells. */
export function emptyLabels({ height, width }: { height: number; width: number }): IndexedLabels {
  const builder = new LabelRunsBuilder(height, width);
  builder.addEmptyRows(height);
  return { labels: builder.build(), cells: new Map() };
}

/** The cells of a prediction whose IoU with a mask is at least 0.5: none, one, or two halves. */
function sameCells(mask: CellMask, { labels, cells }: IndexedLabels): number[] {
  const shared = new Map<number, number>();
  eachRun(mask, boxOf(mask), (y, start, end) => {
    eachLabelRun(labels, y, start, end, (label, from, to) =>
      shared.set(label, (shared.get(label) ?? 0) + to - from),
    );
  });
  const area = maskArea(mask);
  return [...shared]
    .filter(([label, both]) => both / (area + cells.get(label)!.areaPx - both) >= sameFrom)
    .map(([label]) => label);
}
