import type { PaneRect } from './scene.ts';

/** Gap between panes, CSS px. */
const gap = 1;

/**
 * Places panes in the grid that shows a square image largest; fuller grids win a tie. The shape of the image
 * does not count: each pane, and so its key, stays in its place from image to image.
 */
export function paneLayout(count: number, height: number, width: number): PaneRect[] {
  let best = { columns: 1, scale: -1 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    if ((rows - 1) * columns >= count) continue;
    const scale = Math.min((width - gap * (columns - 1)) / columns, (height - gap * (rows - 1)) / rows);
    const holes = rows * columns - count;
    // A hole costs some size: six panes in 3 × 2 beat 4 × 2 with two holes.
    const worth = scale * (1 - 0.15 * holes);
    if (worth > best.scale) best = { columns, scale: worth };
  }
  const { columns } = best;
  const rows = Math.ceil(count / columns);
  // Whole CSS px, so that the image is never half a pixel off between panes.
  const paneWidth = Math.floor((width - gap * (columns - 1)) / columns);
  const paneHeight = Math.floor((height - gap * (rows - 1)) / rows);
  return Array.from({ length: count }, (_, i) => ({
    left: (i % columns) * (paneWidth + gap),
    top: Math.floor(i / columns) * (paneHeight + gap),
    width: paneWidth,
    height: paneHeight,
  }));
}
