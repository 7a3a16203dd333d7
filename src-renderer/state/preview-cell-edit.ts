import { itemAt, numberAt } from '../../src-main/contract/elements.ts';
import { LacssError } from '../../src-main/contract/errors.ts';
import type { Box } from '../../src-main/contract/pixels.ts';
import type { ReviewCells, ReviewView } from '../../src-main/contract/requests/review-requests.ts';
import { cellStates } from '../../src-main/contract/review-document.ts';
import type { CellEdit, CellMask, ReviewCell } from '../../src-main/contract/review-document.ts';
import { cellsAfter, namedBy } from '../../src-main/imaging/cells/cells-after.ts';
import type { ShownCells } from '../../src-main/imaging/cells/cell-draft.ts';
import {
  boxesMeet,
  cellMaskOf,
  emptyRegion,
  growBox,
  maskArea,
} from '../../src-main/imaging/cells/cell-mask.ts';
import { editCells } from '../../src-main/imaging/cells/edit-cells.ts';
import { outlineMask } from '../../src-main/imaging/cells/outline-mask.ts';
import { fillRings } from '../../src-main/imaging/contours/fill-rings.ts';
import { packContours } from '../../src-main/imaging/contours/pack-contours.ts';
import type { ContourIndex } from '../viewer/contour-index.ts';
import { replaceCells } from './apply-review-patch.ts';

/** The most pixels of the named cells' boxes. The page computes them in well under 50 ms. */
const mostPixels = 100_000;

/** The cells of an image as the page shows them. */
export interface PageCells {
  height: number;
  width: number;
  view: ReviewView;
  index: ContourIndex;
  /** Whether the cell at this place of the view can be edited: it is shown, and not rejected. */
  isShown: (place: number) => boolean;
}

/**
 * Previews an edit of the cells shown, with the functions that the host uses. The host's answer then replaces
 * the preview.
 * @returns the change of a view; null if only the host can decide, because the edit is refused or takes long
 */
export function previewCellEdit(page: PageCells, edit: CellEdit): ((view: ReviewView) => ReviewView) | null {
  const { view, index } = page;
  const boxes = namedBy(edit).map((id) => index.box(id));
  const pixels = boxes.reduce((sum, box) => sum + (box === null ? 0 : areaOf(box)), 0);
  if (pixels > mostPixels) return null;
  const shown = shownIn(page);
  try {
    const changes = editCells(shown, edit);
    const touched = new Set([...changes.changed.keys(), ...changes.removed]);
    const cells = [...view.ids.keys()].filter((i) => touched.has(numberAt(view.ids, i)));
    const before = cells.map((i) => cellOf(view, i));
    const after = cellsAfter({ cells: before, nextId: view.nextId }, edit, changes);
    const kept = new Set(after.cells.map(({ id }) => id));
    const removed = before.flatMap(({ id }) => (kept.has(id) ? [] : [id]));
    const masks = after.cells.map((cell) => cell.mask ?? shown.mask(cell.id)!);
    const changed = columnsOf(after.cells, masks);
    return (seen) => withCells(seen, changed, removed, after.nextId);
  } catch (error) {
    if (error instanceof LacssError) return null;
    throw error;
  }
}

function areaOf({ top, left, bottom, right }: Box): number {
  return (bottom - top) * (right - left);
}

/** The cells to edit. A pixel belongs to a cell exactly if the outline is around its centre. */
function shownIn({ height, width, view, index, isShown }: PageCells): ShownCells {
  const shown = new Set([...view.ids].filter((_, place) => isShown(place)));
  const masks = new Map<number, CellMask | undefined>();
  const draw = (id: number): CellMask | undefined => {
    const box = index.box(id);
    if (box === null) return undefined;
    const { top, left, bottom, right } = box;
    const pixels = {
      top: Math.floor(top),
      left: Math.floor(left),
      bottom: Math.ceil(bottom),
      right: Math.ceil(right),
    };
    const region = emptyRegion(growBox(pixels, 0, height, width));
    const rings = index
      .rings(id)
      .map((ring) => ring.map((at, i) => at - (i % 2 === 0 ? region.top : region.left)));
    fillRings(rings, region.height, region.width, (y, start, end) =>
      region.data.fill(1, y * region.width + start, y * region.width + end),
    );
    return cellMaskOf(region) ?? undefined;
  };
  return {
    height,
    width,
    near: (box) =>
      [...shown].filter((id) => {
        const own = index.box(id);
        return own !== null && boxesMeet(own, box);
      }),
    mask: (id) => {
      if (!shown.has(id)) return undefined;
      if (!masks.has(id)) masks.set(id, draw(id));
      return masks.get(id);
    },
  };
}

/** A cell of a view. Which model or person made it shows only in its state. */
function cellOf({ ids, states, scores, locations }: ReviewView, i: number): ReviewCell {
  const state = itemAt(cellStates, numberAt(states, i));
  return {
    id: numberAt(ids, i),
    state,
    score: numberAt(scores, i),
    source: state === 'added' ? 'person' : 'model',
    location: { y: numberAt(locations, 2 * i), x: numberAt(locations, 2 * i + 1) },
    mask: null,
    label: null,
  };
}

function columnsOf(cells: readonly ReviewCell[], masks: readonly CellMask[]): ReviewCells {
  return {
    ids: Uint32Array.from(cells, ({ id }) => id),
    states: Uint8Array.from(cells, ({ state }) => cellStates.indexOf(state)),
    scores: Float32Array.from(cells, ({ score }) => score),
    areasPx: Float32Array.from(masks, maskArea),
    locations: Float32Array.from(cells.flatMap(({ location: { y, x } }) => [y, x])),
    contours: packContours(cells.flatMap(({ id }, i) => outlineMask(id, itemAt(masks, i)))),
  };
}

/** A view with some cells replaced, added and removed. Cells stay in their order, new ones come last. */
export function withCells(
  view: ReviewView,
  changed: ReviewCells,
  removed: readonly number[],
  nextId = view.nextId,
): ReviewView {
  const cells = replaceCells(view, changed, removed);
  const places = new Map([...cells.ids].map((id, i) => [id, i]));
  const inOrder = new Set([...view.order].map((i) => numberAt(view.ids, i)));
  for (const id of changed.ids) inOrder.add(id);
  for (const id of removed) inOrder.delete(id);
  const order = Uint32Array.from(inOrder, (id) => places.get(id)!);
  return { ...view, ...cells, order, nextId: Math.max(view.nextId, nextId) };
}
