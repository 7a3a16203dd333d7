import { float32At } from '../contract/elements.ts';
import type { Locations } from '../contract/pixels.ts';

/** The positions where the network proposes cells, and their scores. */
export interface Proposals {
  /** Packed y, x in px of the image the network saw. */
  locations: Locations;
  /** In (0, 1), one per location. */
  scores: Float32Array;
}

/**
 * Converts the maps of the location proposal network into locations. Every grid cell with a score above
 * `minScore` proposes one, at its centre (index + 0.5) plus its offset.
 *
 * @param scoreLogits [rows, columns], in row order
 * @param offsets (dy, dx) in grid cells [rows, columns, 2]
 * @param columns width of the grid
 * @param stridePx image px per grid cell
 */
export function readProposals(
  scoreLogits: Float32Array,
  offsets: Float32Array,
  columns: number,
  stridePx: number,
  minScore: number,
): Proposals {
  const locations: number[] = [];
  const scores: number[] = [];
  for (let i = 0; i < scoreLogits.length; i++) {
    const score = 1 / (1 + Math.exp(-float32At(scoreLogits, i)));
    if (!(score > minScore)) continue;
    const row = Math.floor(i / columns);
    const column = i % columns;
    locations.push(
      (row + 0.5 + float32At(offsets, 2 * i)) * stridePx,
      (column + 0.5 + float32At(offsets, 2 * i + 1)) * stridePx,
    );
    scores.push(score);
  }
  return { locations: Float32Array.from(locations), scores: Float32Array.from(scores) };
}
