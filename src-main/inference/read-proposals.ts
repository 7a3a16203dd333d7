import type { Locations } from '../contract/pixels.ts';

/** Where the network sees cells, and how sure it is. */
export interface Proposals {
  /** Packed y, x in px of the image the network saw. */
  locations: Locations;
  /** In (0, 1), one a location. */
  scores: Float32Array;
}

/**
 * Turns the location proposal network's maps into locations: every grid cell with a score above `minScore` proposes one,
 * at its centre (index + 0.5) plus its offset.
 *
 * @param scoreLogits [rows, columns], row by row
 * @param offsets (dy, dx) in grid cells [rows, columns, 2]
 * @param columns width of the grid
 * @param stridePx px of the image a grid cell
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
    const score = 1 / (1 + Math.exp(-scoreLogits[i]));
    if (!(score > minScore)) continue;
    const row = Math.floor(i / columns);
    const column = i % columns;
    locations.push((row + 0.5 + offsets[2 * i]) * stridePx, (column + 0.5 + offsets[2 * i + 1]) * stridePx);
    scores.push(score);
  }
  return { locations: Float32Array.from(locations), scores: Float32Array.from(scores) };
}
