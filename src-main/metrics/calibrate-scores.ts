import { itemAt } from '../contract/elements.ts';
import type { Calibration } from '../contract/model-card.ts';

/** A found cell whose truth is known. */
export interface JudgedCell {
  score: number;
  right: boolean;
}

/** How scores relate to right cells. */
export type ScoreCurve = Pick<
  Calibration,
  'found' | 'foundRight' | 'truth' | 'curve' | 'minScore' | 'f1' | 'hiddenRight'
>;

/** Cells of neighbouring scores with one share of right cells. */
interface Block {
  /** The lowest score in the block. */
  score: number;
  count: number;
  right: number;
}

/**
 * Estimates the share of right cells by score, and the minimum score with the best F1.
 *
 * The share rises with the score. It is an isotonic regression by pooling adjacent violators. This needs no
 * choice of bins, and it averages over more scores where there are few cells. The minimum is between two
 * blocks of equal share, so a single lucky cell does not move it. If every cell is worth showing, it is half
 * the lowest score, because lower scores were not seen.
 *
 * @param cells at least one, in any order
 * @param truth number of true cells, found or not; at least 1
 *
 * Sources: M. Ayer et al., "An empirical distribution function for sampling with incomplete information",
 * Annals of Mathematical Statistics 26:641 (1955); Z. C. Lipton, C. Elkan, B. Naryanaswamy, "Optimal
 * thresholding of classifiers to maximize F1 measure", ECML 2014: blocks belong to the best F1 while their
 * share is above half of it.
 */
export function calibrateScores(cells: readonly JudgedCell[], truth: number): ScoreCurve {
  if (cells.length === 0) throw new RangeError('at least one cell is needed, received none');
  const blocks = poolViolators(cells);
  let [shown, right, first] = [0, 0, blocks.length];
  let best = { f1: -1, first, right };
  for (first = blocks.length - 1; first >= 0; first--) {
    shown += itemAt(blocks, first).count;
    right += itemAt(blocks, first).right;
    // There may be more right cells than true ones, at the border of the judged region.
    const f1 = (2 * right) / (shown + Math.max(truth, right));
    if (f1 >= best.f1) best = { f1, first, right };
  }
  const shownFrom = itemAt(blocks, best.first).score;
  const hidden = cells.filter(({ score }) => score < shownFrom);
  const hiddenTo = hidden.reduce((most, { score }) => Math.max(most, score), 0);
  const foundRight = cells.filter((cell) => cell.right).length;
  return {
    found: cells.length,
    foundRight,
    truth,
    curve: blocks.map(({ score, count, right: of }) => ({ score, share: of / count })),
    minScore: roundedBetween(hiddenTo, shownFrom),
    f1: best.f1,
    hiddenRight: foundRight - best.right,
  };
}

/** Blocks by rising score, whose shares rise. */
function poolViolators(cells: readonly JudgedCell[]): Block[] {
  const blocks: Block[] = [];
  for (const block of byScore(cells)) {
    let last = block;
    for (let before = blocks.at(-1); before !== undefined; before = blocks.at(-1)) {
      if (before.right / before.count < last.right / last.count) break;
      blocks.pop();
      const [count, right] = [before.count + last.count, before.right + last.right];
      last = { score: before.score, count, right };
    }
    blocks.push(last);
  }
  return blocks;
}

/** A block per score, rising. */
function byScore(cells: readonly JudgedCell[]): Block[] {
  const blocks: Block[] = [];
  for (const { score, right } of [...cells].sort((a, b) => a.score - b.score)) {
    if (blocks.at(-1)?.score !== score) blocks.push({ score, count: 0, right: 0 });
    const block = blocks.at(-1)!;
    block.count++;
    if (right) block.right++;
  }
  return blocks;
}

/** A number above `low` and up to `high`, near their middle, with two decimals if possible. */
function roundedBetween(low: number, high: number): number {
  const middle = (low + high) / 2;
  const rounded = Math.round(100 * middle) / 100;
  return rounded > low && rounded <= high ? rounded : middle;
}
