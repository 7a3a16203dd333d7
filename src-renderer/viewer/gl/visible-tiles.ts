import { tileSize } from '../../../src-main/contract/urls.ts';
import type { ImageSource } from '../image-source.ts';
import type { PaneView } from './pane-view.ts';

export interface LevelTile {
  level: number;
  row: number;
  column: number;
}

/** The tiles that a pane shows, at the level with at least one sample per device px. */
export function visibleTiles(
  source: Pick<ImageSource, 'height' | 'width' | 'levels'>,
  { y, x, scale, height, width, ratio }: PaneView,
): LevelTile[] {
  const level = Math.min(source.levels - 1, Math.max(0, Math.floor(-Math.log2(scale * ratio))));
  const side = tileSize * 2 ** level;
  const halfHeight = height / 2 / scale;
  const halfWidth = width / 2 / scale;
  const rows = range(y - halfHeight, y + halfHeight, source.height, side);
  const columns = range(x - halfWidth, x + halfWidth, source.width, side);
  return rows.flatMap((row) => columns.map((column) => ({ level, row, column })));
}

function range(from: number, to: number, size: number, side: number): number[] {
  if (to <= 0 || from >= size) return [];
  const first = Math.floor(Math.max(0, from) / side);
  const last = Math.floor((Math.min(size, to) - 1e-6) / side);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}
