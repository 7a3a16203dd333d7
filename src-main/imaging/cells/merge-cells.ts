import type { Box } from '../../contract/pixels.ts';
import { int32At, itemAt, numberAt } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import { labelComponents } from '../label/label-components.ts';
import { fillHoles } from '../morphology/fill-holes.ts';
import type { CellDraft } from './cell-draft.ts';
import { BoxTree } from './box-tree.ts';
import { boxOf, growBox, joinBoxes, maskArea, regionOf } from './cell-mask.ts';
import type { MaskRegion } from './cell-mask.ts';
import { boxOfPath, pathWithin, tracePath } from './paths.ts';

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
  if (labelComponents(merged, 4).data.reduce((most, label) => Math.max(most, label), 0) > 1) {
    throw doNotTouch();
  }
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

/** The pixels of some cells, of the gaps between them, and of the holes that this closes. */
function unite(draft: CellDraft, ids: readonly number[], box: Box): MaskRegion {
  const others = draft.owners(box, ids);
  const { top, left, height, width } = others;
  const own = new Int32Array(height * width);
  const holesBefore = new Uint8Array(height * width);
  for (const [k, id] of ids.entries()) {
    // In the box of the cell: there can be many, and their common box is large.
    const cell = regionOf(draft.mask(id));
    const filled = fillHoles(cell).data;
    for (let y = 0; y < cell.height; y++) {
      const row = (cell.top + y - top) * width + cell.left - left;
      for (let i = y * cell.width; i < (y + 1) * cell.width; i++) {
        const at = row + i - y * cell.width;
        if (cell.data[i] !== 0) own[at] = k + 1;
        else if (filled[i] !== 0) holesBefore[at] = 1;
      }
    }
  }
  const data = Uint8Array.from(own, (cell, i) =>
    cell !== 0 || (others.data[i] === 0 && isInGap(own, i, height, width)) ? 1 : 0,
  );
  for (const [i, filled] of fillHoles({ height, width, data }).data.entries()) {
    if (filled !== 0 && holesBefore[i] === 0 && others.data[i] === 0) data[i] = 1;
  }
  return { top, left, height, width, data };
}

/**
 * Whether a pixel is between two cells. The sum of its distances to both is at most `gapPx` + 1 px, as across
 * a gap of `gapPx`, and they are not on the same side. So a merge adds nothing beside the seam.
 */
function isInGap(own: Int32Array, pixel: number, height: number, width: number): boolean {
  const x = pixel % width;
  const y = (pixel - x) / width;
  const near: { cell: number; dy: number; dx: number }[] = [];
  for (let dy = -gapPx; dy <= gapPx; dy++) {
    if (y + dy < 0 || y + dy >= height) continue;
    for (let dx = -gapPx; dx <= gapPx; dx++) {
      if (x + dx < 0 || x + dx >= width) continue;
      const cell = int32At(own, pixel + dy * width + dx);
      if (cell !== 0) near.push({ cell, dy, dx });
    }
  }
  return near.some((a) =>
    near.some((b) => {
      if (a.cell >= b.cell) return false;
      const distance = Math.hypot(a.dy, a.dx) + Math.hypot(b.dy, b.dx);
      const turn = a.dy * b.dy + a.dx * b.dx;
      // Two sides of the pixel that meet at a corner join cells that touch there.
      return distance <= gapPx + 1 && (turn < 0 || (turn === 0 && distance === 2));
    }),
  );
}

/** The cells that a path crosses, in its order. */
export function cellsAcross(draft: CellDraft, path: ArrayLike<number>): number[] {
  const box = growBox(boxOfPath(path), 0, draft.height, draft.width);
  const crossed: { id: number; at: number }[] = [];
  // One cell after the other: the box of a long line can be as large as the image.
  for (const [id, mask] of draft.masksIn(box)) {
    const region = regionOf(mask);
    let first = Infinity;
    tracePath(pathWithin(region, path), region.height, region.width, (pixel, at) => {
      if (region.data[pixel] !== 0) first = Math.min(first, at);
    });
    if (first < Infinity) crossed.push({ id, at: first });
  }
  return crossed.sort((a, b) => a.at - b.at).map(({ id }) => id);
}
