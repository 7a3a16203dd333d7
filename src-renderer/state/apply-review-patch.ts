import { numberAt } from '../../src-main/contract/elements.ts';
import type { ContourSet } from '../../src-main/contract/pixels.ts';
import type {
  ReviewCells,
  ReviewPatch,
  ReviewView,
} from '../../src-main/contract/requests/review-requests.ts';

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
  /** Where each cell comes from: its index in `cells`, or in `changed` from −1 down. */
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

/** Contours with those of some labels replaced, by ascending label. */
function replaceContours(kept: ContourSet, fresh: ContourSet, replaced: ReadonlySet<number>): ContourSet {
  const rings: { label: number; points: Float32Array }[] = [];
  const take = ({ points, ringStarts, ringLabels }: ContourSet, isTaken: (label: number) => boolean) => {
    for (let ring = 0; ring < ringLabels.length; ring++) {
      const label = numberAt(ringLabels, ring);
      if (!isTaken(label)) continue;
      rings.push({
        label,
        points: points.subarray(2 * numberAt(ringStarts, ring), 2 * numberAt(ringStarts, ring + 1)),
      });
    }
  };
  take(kept, (label) => !replaced.has(label));
  take(fresh, () => true);
  rings.sort((a, b) => a.label - b.label);
  const ringStarts = new Uint32Array(rings.length + 1);
  for (const [ring, { points }] of rings.entries())
    ringStarts[ring + 1] = numberAt(ringStarts, ring) + points.length / 2;
  const points = new Float32Array(2 * numberAt(ringStarts, rings.length));
  for (const [ring, { points: own }] of rings.entries()) points.set(own, 2 * numberAt(ringStarts, ring));
  return { points, ringStarts, ringLabels: Uint32Array.from(rings, ({ label }) => label) };
}
