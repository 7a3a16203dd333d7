import { z } from 'zod';
import { countSchema } from '../../contract/numbers.ts';
import { cellStates } from '../../contract/review-document.ts';
import type { CellState } from '../../contract/review-document.ts';

/** Number of cells by state, as kept with a review. */
export const countsSchema = z.strictObject({
  found: countSchema,
  accepted: countSchema,
  rejected: countSchema,
  edited: countSchema,
  added: countSchema,
});

/** The number of cells in each state; none without a document. */
export function countStates(
  document: { cells: readonly { state: CellState }[] } | null,
): Record<CellState, number> {
  const counts = Object.fromEntries(cellStates.map((state) => [state, 0])) as Record<CellState, number>;
  for (const { state } of document?.cells ?? []) counts[state] += 1;
  return counts;
}
