import { numberAt } from '../../src-main/contract/elements.ts';
import type {
  ReviewCells,
  ReviewPatch,
  ReviewView,
} from '../../src-main/contract/requests/review-requests.ts';
import { replaceContours } from '../viewer/replace-contours.ts';

/** The view after a patch; the view must have the revision that the patch names. */
export function applyReviewPatch(view: ReviewView, patch: ReviewPatch): ReviewView {
  const { image, prediction, madeBy, modelMinScore, order, allChecked, revision, nextId, usual } = patch;
  return {
    image,
    prediction,
    madeBy,
    modelMinScore,
    order,
    allChecked,
    revision,
    nextId,
    usual,
    ...replaceCells(view, patch.changed, patch.removed),
  };
}

/** Some cells with others in their place, by ascending id. */
export function replaceCells(
  cells: ReviewCells,
  changed: ReviewCells,
  removed: ArrayLike<number> & Iterable<number>,
): ReviewCells {
  const replaced = new Set([...changed.ids, ...removed]);
  /** The source of each cell: its index in `cells`, or in `changed` from −1 down. */
  const places = [...cells.ids.keys()].filter((i) => !replaced.has(numberAt(cells.ids, i)));
  for (const i of changed.ids.keys()) places.push(-1 - i);
  const idAt = (place: number) =>
    place < 0 ? numberAt(changed.ids, -1 - place) : numberAt(cells.ids, place);
  places.sort((a, b) => idAt(a) - idAt(b));
  const pick = <T extends Uint32Array | Uint8Array | Float32Array>(
    make: (length: number) => T,
    of: (from: ReviewCells) => T,
    each = 1,
  ): T => {
    const picked = make(places.length * each);
    const [kept, fresh] = [of(cells), of(changed)];
    for (const [to, place] of places.entries()) {
      for (let k = 0; k < each; k++)
        picked[to * each + k] =
          place < 0 ? numberAt(fresh, (-1 - place) * each + k) : numberAt(kept, place * each + k);
    }
    return picked;
  };
  return {
    ids: pick(
      (length) => new Uint32Array(length),
      ({ ids }) => ids,
    ),
    states: pick(
      (length) => new Uint8Array(length),
      ({ states }) => states,
    ),
    scores: pick(
      (length) => new Float32Array(length),
      ({ scores }) => scores,
    ),
    areasPx: pick(
      (length) => new Float32Array(length),
      ({ areasPx }) => areasPx,
    ),
    locations: pick(
      (length) => new Float32Array(length),
      ({ locations }) => locations,
      2,
    ),
    contours: replaceContours(cells.contours, changed.contours, replaced),
  };
}
