import { itemAt, numberAt } from '../../src-main/contract/elements.ts';
import type { ReviewView } from '../../src-main/contract/requests/review-requests.ts';
import { cellStates, type Judgement } from '../../src-main/contract/review-document.ts';

/** A view in which cells are judged. Cells that a person drew or edited count as accepted already. */
export function previewJudgement(view: ReviewView, ids: readonly number[], judgement: Judgement): ReviewView {
  const wanted = new Set(ids);
  const states = view.states.map((state, i) => {
    if (!wanted.has(numberAt(view.ids, i))) return state;
    const isDrawn = ['edited', 'added'].includes(itemAt(cellStates, state));
    return isDrawn && judgement !== 'rejected' ? state : cellStates.indexOf(judgement);
  });
  return { ...view, states };
}
