import type { Box } from '../../contract/pixels.ts';
import type { CellMask } from '../../contract/review-document.ts';
import { int32At, itemAt, numberAt } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import { connectedRuns } from '../label/connected-runs.ts';
import { eachHoleRun } from '../morphology/fill-holes.ts';
import type { CellDraft } from './cell-draft.ts';
import { BoxTree } from './box-tree.ts';
import {
  boxesMeet,
  boxOf,
  eachRunIn,
  emptyRegion,
  growBox,
  joinBoxes,
  maskArea,
  regionOf,
} from './cell-mask.ts';
import type { MaskRegion } from './cell-mask.ts';
import { boxOfPath, pathWithin, requireShort, tracePath } from './paths.ts';

/** The widest gap between two cells that a merge closes. */
const gapPx = 2;

/**
 * Merges cells that touch, or that a gap of at most 2 px separates, and fills the gap. The largest cell
 * stays, the others are removed. Other cells keep their pixels.
 * @throws LacssError `annotation-invalid` for fewer than two cells, or if they do not form one piece
 */
export function mergeCells(draft: CellDraft, ids: readonly number[]): void {
  const all = [...new Set(ids)];
  if (all.length < 2) {
    throw new LacssError('annotation-invalid', 'A merge needs two cells. No cell was changed.', {
      remedy: 'Select several cells, or draw a line from one cell into another.',
    });
  }
  const masks = all.map((id) => draft.mask(id));
  // Before their common box is looked at, which can be as large as the image.
  if (!areNear(masks.map(boxOf))) throw doNotTouch();
  const box = growBox(masks.map(boxOf).reduce(joinBoxes), gapPx, draft.height, draft.width);
  const merged = unite(draft, all, box);
  if (connectedRuns(merged, 4).areas.length > 2) throw doNotTouch();
  const largest = numberAt(
    all,
    masks.map(maskArea).reduce((best, area, k, areas) => (area > numberAt(areas, best) ? k : best), 0),
  );
  for (const id of all) if (id !== largest) draft.remove(id);
  draft.set(largest, merged);
}

function doNotTouch(): LacssError {
  return new LacssError('annotation-invalid', 'These cells do not touch. No cell was changed.', {
    remedy: `Merge cells that are at most ${gapPx} px apart, or close the gap with the brush first.`,
  });
}

/** Whether steps from box to box, over gaps that a merge closes, reach all of them. */
function areNear(boxes: readonly Box[]): boolean {
  const tree = new BoxTree();
  tree.addAll(boxes.map((box, id) => ({ id, box })));
  const reached = new Set([0]);
  // The set grows while it is read.
  for (const id of reached) {
    const { top, left, bottom, right } = itemAt(boxes, id);
    const around = { top: top - gapPx, left: left - gapPx, bottom: bottom + gapPx, right: right + gapPx };
    for (const near of tree.near(around)) reached.add(near);
  }
  return reached.size === boxes.length;
}

/** The values of pixels in {@link unite}: free, of a merged cell, in a hole of one, of another cell. */
const [free, own, hole, other] = [0, 1, 2, 3];
/** Pixels of a band in which gaps are found. The common box of the cells can be as large as the image. */
const bandPx = 2 ** 22;

/** The pixels of some cells, of the gaps between them, and of the holes that this closes. */
function unite(draft: CellDraft, ids: readonly number[], box: Box): MaskRegion {
  const region = emptyRegion(box);
  const { height, width, data } = region;
  const cells = ids.map((id) => draft.mask(id));
  for (const mask of cells) {
    // In the box of the cell: there can be many, and their common box is large.
    const cell = regionOf(mask);
    eachHoleRun(cell, (start, end) => {
      const [y, x] = [Math.floor(start / cell.width), start % cell.width];
      const at = (cell.top + y - box.top) * width + cell.left + x - box.left;
      data.fill(hole, at, at + end - start);
    });
  }
  const merged = new Set(ids);
  for (const [id, mask] of draft.masksIn(box)) {
    if (!merged.has(id)) eachRunIn(region, mask, (start, end) => data.fill(other, start, end));
  }
  for (const mask of cells) eachRunIn(region, mask, (start, end) => data.fill(own, start, end));
  const rows = Math.max(1, Math.floor(bandPx / width));
  for (let y = 0; y < height; y += rows) {
    const band = { ...box, top: box.top + y, bottom: box.top + Math.min(height, y + rows) };
    closeGaps(region, cells, band);
  }
  const whole = { height, width, data: data.map((value) => (value === own ? 1 : 0)) };
  eachHoleRun(whole, (start, end) => {
    for (let i = start; i < end; i++) if (data[i] === free) data[i] = own;
  });
  for (let i = 0; i < data.length; i++) if (data[i] !== own) data[i] = 0;
  return region;
}

/** Adds the gaps between cells in some rows of a region. */
function closeGaps(region: MaskRegion, cells: readonly CellMask[], band: Box): void {
  const { top, bottom } = growBox(band, gapPx, region.top + region.height, Infinity);
  const { left, width } = region;
  const [from, height] = [Math.max(region.top, top), bottom - Math.max(region.top, top)];
  const near = { top: from, left, height, width };
  const numbers = new Int32Array(height * width);
  for (const [k, mask] of cells.entries()) {
    if (boxesMeet(boxOf(mask), boxOf(near)))
      eachRunIn(near, mask, (start, end) => numbers.fill(k + 1, start, end));
  }
  const shift = (from - region.top) * width;
  const end = (band.bottom - from) * width;
  for (let i = (band.top - from) * width; i < end; i++) {
    const value = region.data[shift + i];
    if ((value === free || value === hole) && isInGap(numbers, i, height, width))
      region.data[shift + i] = own;
  }
}

/**
 * Whether a pixel is between two cells. The sum of its distances to both is at most `gapPx` + 1 px, as across
 * a gap of `gapPx`, and they are not on the same side. So a merge adds nothing beside the seam.
 */
function isInGap(numbers: Int32Array, pixel: number, height: number, width: number): boolean {
  const x = pixel % width;
  const y = (pixel - x) / width;
  const near: { cell: number; dy: number; dx: number }[] = [];
  let isBetween = false;
  for (let dy = -gapPx; dy <= gapPx; dy++) {
    if (y + dy < 0 || y + dy >= height) continue;
    for (let dx = -gapPx; dx <= gapPx; dx++) {
      if (x + dx < 0 || x + dx >= width) continue;
      const cell = int32At(numbers, pixel + dy * width + dx);
      if (cell === 0) continue;
      near.push({ cell, dy, dx });
      isBetween ||= cell !== itemAt(near, 0).cell;
    }
  }
  return (
    isBetween &&
    near.some((a) =>
      near.some((b) => {
        if (a.cell >= b.cell) return false;
        const distance = Math.hypot(a.dy, a.dx) + Math.hypot(b.dy, b.dx);
        const turn = a.dy * b.dy + a.dx * b.dx;
        // Two sides of the pixel that meet at a corner join cells that touch there.
        return distance <= gapPx + 1 && (turn < 0 || (turn === 0 && distance === 2));
      }),
    )
  );
}

/** The cells that a path crosses, in its order. */
export function cellsAcross(draft: CellDraft, path: ArrayLike<number>): number[] {
  const box = growBox(boxOfPath(path), 0, draft.height, draft.width);
  const crossed: { id: number; at: number }[] = [];
  // One cell after the other: the box of a long line can be as large as the image.
  const near = draft.masksIn(box);
  requireShort(path, draft, (path.length / 2) * near.size);
  for (const [id, mask] of near) {
    const region = regionOf(mask);
    let first = Infinity;
    tracePath(pathWithin(region, path), region.height, region.width, (pixel, at) => {
      if (region.data[pixel] !== 0) first = Math.min(first, at);
    });
    if (first < Infinity) crossed.push({ id, at: first });
  }
  return crossed.sort((a, b) => a.at - b.at).map(({ id }) => id);
}
