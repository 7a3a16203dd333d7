import { itemAt } from '../../contract/elements.ts';
import type { LevelSize } from './pixel-source.ts';

/** A level of an image, and which of its pixels to read. */
export interface LevelWithin extends LevelSize {
  level: number;
  /** Reads only every n-th row and column. `height` and `width` count these. */
  every: number;
}

/**
 * The largest level with at most so many pixels. If the file has none, every second, third … row and column
 * of its smallest level.
 */
export function levelWithin(levels: readonly LevelSize[], mostPixels: number): LevelWithin {
  const found = levels.findIndex(({ height, width }) => height * width <= mostPixels);
  const level = found < 0 ? levels.length - 1 : found;
  const { height, width } = itemAt(levels, level);
  const every = Math.max(1, Math.ceil(Math.sqrt((height * width) / mostPixels)));
  return { level, every, height: Math.ceil(height / every), width: Math.ceil(width / every) };
}
