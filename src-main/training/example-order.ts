import { numberAt } from '../contract/elements.ts';
import type { SeededRandom } from '../model/seeded-random.ts';

/** Numbers of new examples, and of examples learnt earlier that are repeated. */
export interface ExampleGroups {
  learnt: number;
  rehearsed: number;
  /** Share of the steps that repeat earlier examples. */
  rehearsalShare: number;
}

/**
 * Index of the example of a step. Each group is drawn in rounds, with every example once per round in random
 * order. Rehearsal steps are spread evenly. The result depends only on the step, so a resumed training needs
 * no state.
 *
 * @param step number of completed steps
 * @param random random numbers that depend on these keys only
 * @returns index into the examples, those to learn from first
 */
export function exampleOfStep(
  step: number,
  { learnt, rehearsed, rehearsalShare }: ExampleGroups,
  random: (...keys: (string | number)[]) => SeededRandom,
): number {
  const share = rehearsed === 0 ? 0 : rehearsalShare;
  const repeated = Math.floor(step * share);
  if (Math.floor((step + 1) * share) > repeated) {
    const round = Math.floor(repeated / rehearsed);
    return learnt + numberAt(random('rehearsal', round).permutation(rehearsed), repeated % rehearsed);
  }
  const drawn = step - repeated;
  return numberAt(random('order', Math.floor(drawn / learnt)).permutation(learnt), drawn % learnt);
}
