import type { FloatPlane, Locations } from '../contract/pixels.ts';
import type { Candidate } from './foreground-candidates.ts';

export interface Ranking {
  /** Indices of the candidates, the likely best first. */
  order: number[];
  /** The first of them. */
  best: number;
  /** How sure the choice is, 0 … 1. */
  confidence: number;
}

const expectedMultiple = { intensity: 0.7, 'local-contrast': 0.77 } as const;

export function rankCandidates(
  candidates: readonly Candidate[],
  _plane: FloatPlane,
  _locations?: Locations,
): Ranking {
  const distance = (k: number) =>
    Math.abs(Math.log(candidates[k]!.multiple / expectedMultiple[candidates[k]!.feature]));
  const order = candidates.map((_, k) => k).sort((a, b) => distance(a) - distance(b));
  return { order, best: order[0]!, confidence: 0.5 };
}
