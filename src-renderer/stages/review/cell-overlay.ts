import { isBelowScore } from '../../../src-main/contract/is-below-score.ts';
import type { DisplaySettings } from '../../../src-main/contract/requests/project.ts';
import type { ReviewView } from '../../../src-main/contract/requests/review.ts';
import { darkHalo, reviewStyles } from '../../viewer/contour-styles.ts';
import type { ContourOverlay } from '../../viewer/scene.ts';

const styles = [reviewStyles.unseen, reviewStyles.accepted, reviewStyles.rejected, reviewStyles.selected];
const selectedStyle = 3;
const hidden = 255;
const deletedMark = 3;

/**
 * The cells under review, each in the style of its mark. Hides deleted cells, and unseen cells below the
 * score.
 */
export function cellOverlay(
  { contours, marks, scores }: ReviewView,
  minScore: number,
  selected: number | null,
  overlay: DisplaySettings['overlay'],
): ContourOverlay {
  const states = new Uint8Array(marks.length + 1).fill(hidden);
  for (let cell = 0; cell < marks.length; cell++) {
    const mark = marks[cell]!;
    const shown = mark !== deletedMark && !isBelowScore(mark, scores[cell]!, minScore);
    // Cell i has label i + 1.
    if (shown) states[cell + 1] = cell === selected ? selectedStyle : mark;
  }
  return {
    set: contours,
    states,
    styles,
    raised: selected === null ? undefined : selected + 1,
    halo: darkHalo,
    outline: overlay.outline,
    fillOpacity: overlay.fill ? overlay.fillOpacity : 0,
  };
}
