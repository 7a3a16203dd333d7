import type { ImageId } from '../../../src-main/contract/fields.ts';
import type { SeenForeground, Stroke } from '../../../src-main/contract/requests/foreground-requests.ts';
import type { ForegroundState } from '../../state/foreground.svelte.ts';
import type { ImagePointer, ViewerTool } from '../../viewer/tool.ts';

/** Paints with the brush or the eraser; Shift swaps them. */
export function brushTool(foreground: ForegroundState, image: ImageId): ViewerTool {
  let path: number[] = [];
  let mode: Stroke['mode'] = 'add';
  let on: SeenForeground | null = null;
  const radiusPx = foreground.brushRadiusPx;

  const show = () => {
    foreground.drawing = { mode, radiusPx, path: new Float32Array(path) };
  };
  return {
    cursor: 'none',
    ringPx: radiusPx,
    down({ y, x, shift }: ImagePointer) {
      on = foreground.seen(image);
      // A foreground that is not shown yet cannot be painted.
      if (on === null) return false;
      const chosen = foreground.brush ?? 'add';
      mode = shift ? (chosen === 'add' ? 'erase' : 'add') : chosen;
      path = [y, x];
      show();
      return true;
    },
    move({ y, x }) {
      path.push(y, x);
      show();
    },
    up() {
      const stroke = foreground.drawing;
      foreground.drawing = null;
      if (stroke && on) void foreground.paint(image, on, stroke);
    },
  };
}
