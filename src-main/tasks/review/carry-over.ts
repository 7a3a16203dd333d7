import type { CellMask, ReviewCell, ReviewDocument } from '../../contract/review-document.ts';
import { boxOf, eachRun, maskArea } from '../../imaging/cells/cell-mask.ts';
import { CellShapes, isFirm } from '../../imaging/cells/cell-shapes.ts';
import { eachLabelRun } from '../../imaging/cells/label-cells.ts';
import type { KeptCell, KeptReview } from '../../project/review-file.ts';
import type { FoundCells } from './found-cells.ts';

/** A new cell that overlaps a rejected one at least this much, as IoU, is that cell again. */
const sameFrom = 0.5;

/**
 * The document of a new prediction with what a person said of the cells before. Accepted, edited and added
 * cells stay
 * with their masks, and new cells lose those pixels. A new cell that loses half of its pixels or more is left
 * out. A
 * new cell that overlaps a rejected one (IoU ≥ 0.5) takes its place and is rejected. New cells have new ids.
 */
export function carryOver(
  { document, shapes }: { document: ReviewDocument; shapes: CellShapes },
  found: FoundCells,
): KeptReview {
  const kept: ReviewCell[] = [];
  const rejectedAs = new Map<number, ReviewCell>();
  for (const cell of document.cells) {
    const mask = shapes.mask(cell.id);
    if (mask === null || cell.state === 'found') continue;
    const label = isFirm(cell) ? null : sameCell(mask, found);
    if (label !== null && !rejectedAs.has(label)) rejectedAs.set(label, cell);
    else kept.push({ ...cell, mask, label: null });
  }
  let { nextId } = document;
  const fresh: ReviewCell[] = [];
  for (const [label, { score, y, x }] of found.rows) {
    const rejected = rejectedAs.get(label);
    const id = rejected?.id ?? nextId++;
    const state = rejected === undefined ? 'found' : 'rejected';
    fresh.push({ id, state, label, mask: null, score, source: 'model', location: { y, x } });
  }
  const all = [...kept, ...fresh].sort((a, b) => a.id - b.id);
  const next = new CellShapes(found, all);
  const lastLabel = Math.max([...found.cells.keys()].at(-1) ?? 0, found.record.cells);
  const cells: KeptCell[] = all.filter(({ id }) => next.box(id) !== null);
  return { prediction: found.id, allChecked: false, nextId, lastLabel, cells };
}

/** The cell of a prediction with most overlap with a mask, if that is at least half of both together. */
function sameCell(mask: CellMask, { labels, cells }: FoundCells): number | null {
  const shared = new Map<number, number>();
  eachRun(mask, boxOf(mask), (y, start, end) => {
    eachLabelRun(labels, y, start, end, (label, from, to) =>
      shared.set(label, (shared.get(label) ?? 0) + to - from),
    );
  });
  const area = maskArea(mask);
  for (const [label, both] of shared) {
    if (both / (area + cells.get(label)!.areaPx - both) >= sameFrom) return label;
  }
  return null;
}
