import { numberAt } from '../../../src-main/contract/elements.ts';
import { isBelowScore } from '../../../src-main/contract/is-below-score.ts';
import type { ContourSet } from '../../../src-main/contract/pixels.ts';
import type { DisplaySettings } from '../../../src-main/contract/requests/project-requests.ts';
import type { ReviewView } from '../../../src-main/contract/requests/review-requests.ts';
import { reviewStyles } from '../../viewer/contour-styles.ts';
import { changeOf } from '../../viewer/replace-contours.ts';
import type { ContourOverlay } from '../../viewer/scene.ts';

/** In the order of the states of cells. */
const styles = [
  reviewStyles.found,
  reviewStyles.accepted,
  reviewStyles.rejected,
  reviewStyles.accepted,
  reviewStyles.accepted,
  reviewStyles.selected,
  reviewStyles.belowScore,
];
const rejectedState = 2;
const selectedStyle = 5;
const belowScoreStyle = 6;
const hidden = 255;

/** Which cells are shown, and how. */
export interface CellOverlayOptions {
  minScore: number;
  /** Found cells below the score are drawn as faint outlines. */
  showsHidden: boolean;
  tools: { rejectedShown: boolean };
}

/**
 * The cells under review, each in the style of its state. Found cells below the score are hidden, or drawn as
 * faint outlines.
 * @param selection ids; their lines are thicker
 * @param bright 1 at each id around which the image is bright
 */
export function cellOverlay(
  view: ReviewView,
  { minScore, showsHidden, tools }: CellOverlayOptions,
  selection: ReadonlySet<number>,
  selected: number | null,
  overlay: DisplaySettings['overlay'],
  bright: Uint8Array,
): ContourOverlay {
  const { contours, ids, states: cellStates, scores } = view;
  // The labels of the contours are the ids.
  const states = new Uint8Array((ids.at(-1) ?? 0) + 1).fill(hidden);
  for (const [i, id] of ids.entries()) {
    const state = numberAt(cellStates, i);
    const isBelow = isBelowScore(state, numberAt(scores, i), minScore);
    if ((isBelow && !showsHidden) || (state === rejectedState && !tools.rejectedShown)) continue;
    states[id] = selection.has(id) ? selectedStyle : isBelow ? belowScoreStyle : state;
  }
  return {
    set: contours,
    states,
    styles,
    bright,
    raised: selected ?? undefined,
    halo: true,
    outline: overlay.outline,
    fillOpacity: overlay.fill ? overlay.fillOpacity : 0,
  };
}

/**
 * Divides an overlay that differs little from the one on the GPU. One overlay has the earlier cells without
 * the changed ones, the other only the changed ones. So an edit takes no longer with thousands of cells.
 */
export function inLayers(overlay: ContourOverlay): ContourOverlay[] {
  const change = changeOf(overlay.set);
  if (change === null || !overlay.states) return [overlay];
  const earlier = overlay.states.slice();
  for (const label of change.replaced) if (label < earlier.length) earlier[label] = hidden;
  return [
    { ...overlay, set: change.earlier, states: earlier },
    { ...overlay, set: change.fresh },
  ];
}

/** The outline that a click would add. */
export function promptOverlay(set: ContourSet, bright: Uint8Array): ContourOverlay {
  return { set, styles: [reviewStyles.proposed], bright, halo: true, outline: true, fillOpacity: 0.15 };
}
