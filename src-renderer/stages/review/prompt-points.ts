import type { CellTools } from '../../state/cell-tools.svelte.ts';
import type { ReviewState } from '../../state/review.svelte.ts';
import { pointKinds } from '../../viewer/scene.ts';
import type { PointOverlay } from '../../viewer/scene.ts';

/** A cell and its point, image px. */
interface OfferedPoint {
  id: number;
  y: number;
  x: number;
}

/** The points that can be dragged: of the cell under the pointer, and of the selected one. */
export function offeredPoints(tools: CellTools, review: ReviewState, hovered: number | null): OfferedPoint[] {
  if (tools.name !== 'prompt' || tools.splitAt !== null) return [];
  const ids = new Set([hovered, review.selection.size === 1 ? review.selected : null]);
  return [...ids].flatMap((id) => {
    const point = id === null ? null : review.pointOf(id);
    return id === null || point === null ? [] : [{ id, ...point }];
  });
}

/**
 * The points that Review shows: all that can be dragged, and one more. It is the dragged point, the first
 * point of a split, or the proposed cell's point.
 */
export function shownPoints(
  tools: CellTools,
  review: ReviewState,
  hovered: number | null,
  proposed: { y: number; x: number } | null,
): PointOverlay | undefined {
  const chosen = tools.moved ?? tools.splitAt ?? (tools.name === 'prompt' ? proposed : null);
  const offered = tools.moved === null ? offeredPoints(tools, review, hovered) : [];
  const points = [...(chosen === null ? [] : [chosen]), ...offered];
  if (points.length === 0) return undefined;
  return {
    points: Float32Array.from(points.flatMap(({ y, x }) => [y, x])),
    kinds: Uint8Array.from(points, (_, i) =>
      chosen !== null && i === 0 ? pointKinds.selected : pointKinds.found,
    ),
  };
}
