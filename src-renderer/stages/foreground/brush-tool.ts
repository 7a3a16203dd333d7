import type { ImageId } from '../../../src-main/contract/fields.ts';
import type { Stroke } from '../../../src-main/contract/requests/foreground.ts';
import type { ForegroundState } from '../../state/foreground.svelte.ts';
import type { ImagePointer, ViewerTool } from '../../viewer/tool.ts';

/** Paints with the brush or the eraser; Shift swaps them. */
export function brushTool(foreground: ForegroundState, image: ImageId): ViewerTool {
  let path: number[] = [];
  let mode: Stroke['mode'] = 'add';
  const radiusPx = foreground.brushRadiusPx;

  const show = () => {
    foreground.drawing = { mode, radiusPx, path: new Float32Array(path) };
  };
  return {
    cursor: 'none',
    ringPx: radiusPx,
    down({ y, x, shift }: ImagePointer) {
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
      if (stroke) void foreground.paint(image, stroke);
    },
  };
}
