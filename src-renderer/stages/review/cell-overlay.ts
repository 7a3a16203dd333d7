import { isBelowScore } from '../../../src-main/contract/is-below-score.ts';
import type { DisplaySettings } from '../../../src-main/contract/requests/project.ts';
import type { ReviewView } from '../../../src-main/contract/requests/review.ts';
import { darkHalo, reviewStyles } from '../../viewer/contour-styles.ts';
import type { ContourOverlay } from '../../viewer/scene.ts';

/** In the order of the states of cells: a person says that accepted, edited and added cells are there. */
const styles = [
  reviewStyles.found,
  reviewStyles.accepted,
  reviewStyles.rejected,
  reviewStyles.accepted,
  reviewStyles.accepted,
  reviewStyles.selected,
  reviewStyles.belowScore,
];
const selectedStyle = 5;
const belowScoreStyle = 6;
const hidden = 255;

/**
 * The cells under review, each in the style of its state. Found cells below the score are hidden, or drawn as
 * faint outlines.
 */
export function cellOverlay(
  { contours, ids, states: cellStates, scores }: ReviewView,
  { minScore, showsHidden }: { minScore: number; showsHidden: boolean },
  selected: number | null,
  overlay: DisplaySettings['overlay'],
): ContourOverlay {
  // The labels of the contours are the ids.
  const states = new Uint8Array((ids.at(-1) ?? 0) + 1).fill(hidden);
  for (const [i, id] of ids.entries()) {
    const state = cellStates[i]!;
    const isBelow = isBelowScore(state, scores[i]!, minScore);
    if (isBelow && !showsHidden) continue;
    states[id] = id === selected ? selectedStyle : isBelow ? belowScoreStyle : state;
  }
  return {
    set: contours,
    states,
    styles,
    raised: selected ?? undefined,
    halo: darkHalo,
    outline: overlay.outline,
    fillOpacity: overlay.fill ? overlay.fillOpacity : 0,
  };
}
