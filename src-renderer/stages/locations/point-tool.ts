import type { LocationsState } from '../../state/locations.svelte.ts';
import type { ViewerTool } from '../../viewer/tool.ts';

/** How far from a point a press still selects it, CSS px. */
const reachPx = 9;

/**
 * A click on a point selects it, a drag moves it, and Shift-click selects several. Elsewhere the viewer
 * handles the press: a drag pans, a click adds a point.
 */
export function pointTool(locations: LocationsState): ViewerTool {
  let held: string | null = null;
  let moved = false;
  let start = { y: 0, x: 0 };
  return {
    cursor: 'crosshair',
    down({ y, x, scale, shift }) {
      moved = false;
      held = locations.nearest(y, x, reachPx / scale);
      start = { y, x };
      if (held === null) return false;
      locations.select(held, shift);
      return true;
    },
    move({ y, x, scale }) {
      if (held === null) return;
      // A small movement during a click is not a drag.
      if (!moved && Math.hypot(y - start.y, x - start.x) * scale < 3) return;
      moved = true;
      locations.drag(held, y, x);
    },
    up() {
      if (held !== null && moved) locations.drop();
      held = null;
    },
  };
}
