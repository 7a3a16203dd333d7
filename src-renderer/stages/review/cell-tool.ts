import { numberAt } from '../../../src-main/contract/elements.ts';
import type { ImageId } from '../../../src-main/contract/fields.ts';
import { offeredPoints } from './prompt-points.ts';
import type { CellTools } from '../../state/cell-tools.svelte.ts';
import type { ReviewState } from '../../state/review.svelte.ts';
import type { ImagePointer, ViewerTool } from '../../viewer/tool.ts';

/** Width of the line of tools that draw a line, CSS px. */
const linePx = 2;
/** A press that moves less than this is a click, CSS px. */
const clickPx = 4;

/** How far from a cell's point a press still drags it, CSS px. */
const reachPx = 9;

/**
 * The action of the left button in Review. Brush, eraser, redraw and prompt act on the selected cell, or on
 * the cell under the pointer. Held Shift takes pixels from other cells; with the selecting tool it draws a
 * rectangle.
 */
export function cellTool(tools: CellTools, review: ReviewState, image: ImageId): ViewerTool {
  const { name } = tools;
  if (name === 'select') return rectangleTool(tools, review);
  if (name === 'prompt') return pointTool(tools, review, image);
  const isBrush = name === 'brush' || name === 'eraser';
  const radiusPx = tools.brushRadiusPx;
  let path: number[] = [];
  let push = false;
  let target: number | null = null;
  let scale = 1;

  const strokeOf = () => ({
    mode: name === 'eraser' ? ('erase' as const) : ('add' as const),
    radiusPx: isBrush ? radiusPx : linePx / 2 / scale,
    path: new Float32Array(path),
  });
  const begin = (pointer: ImagePointer): void => {
    const under = review.cellAt(pointer.y, pointer.x);
    const isOnSelected = review.selected !== null && (under === null || under === review.selected);
    // The brush grows the selected cell over its border; pressed on another cell, it takes that one.
    target = isOnSelected || under === null ? review.selected : under;
    if (name === 'brush' && pointer.shift && review.selected !== null) target = review.selected;
    push = pointer.shift;
    scale = pointer.scale;
    path = [pointer.y, pointer.x];
  };
  return {
    cursor: isBrush ? 'none' : 'crosshair',
    ringPx: isBrush ? radiusPx : undefined,
    down(pointer) {
      begin(pointer);
      if ((isBrush || name === 'redraw') && target === null) return false;
      if (target !== null && (isBrush || name === 'redraw')) review.select(target);
      tools.drawing = strokeOf();
      return true;
    },
    move({ y, x }) {
      path.push(y, x);
      tools.drawing = strokeOf();
    },
    up() {
      const stroke = tools.drawing;
      tools.drawing = null;
      if (!stroke || tools.name !== name) return;
      const moved =
        path.reduce((most, at, i) => Math.max(most, Math.abs(at - numberAt(path, i % 2))), 0) * scale;
      if (!isBrush && moved < clickPx) return;
      const packed = new Float32Array(path);
      if (isBrush && target !== null) {
        void tools.edit(
          { kind: 'brush', id: target, path: packed, radiusPx, mode: stroke.mode, push },
          stroke,
        );
      } else if (name === 'redraw' && target !== null) {
        void tools.edit({ kind: 'redraw', id: target, path: packed, push }, stroke);
      } else if (name === 'lasso') {
        void tools.edit({ kind: 'lasso', path: packed, push }, stroke);
      } else if (name === 'cut') {
        void tools.edit({ kind: 'cut', ids: null, path: packed }, stroke);
      } else if (name === 'merge') {
        void tools.edit({ kind: 'mergeAcross', path: packed }, stroke);
      }
    },
  };
}

/** With Shift held, a drag selects the cells whose boxes are inside the rectangle; otherwise it pans. */
function rectangleTool(tools: CellTools, review: ReviewState): ViewerTool {
  let from = { y: 0, x: 0 };
  let to = from;
  let scale = 1;
  return {
    cursor: 'default',
    down({ y, x, shift, scale: seen }) {
      if (!shift) return false;
      from = to = { y, x };
      scale = seen;
      return true;
    },
    move({ y, x }) {
      to = { y, x };
      const path = Float32Array.of(from.y, from.x, from.y, to.x, to.y, to.x, to.y, from.x, from.y, from.x);
      tools.drawing = { mode: 'add', radiusPx: linePx / 2 / scale, path };
    },
    up() {
      tools.drawing = null;
      const isClick = Math.hypot(to.y - from.y, to.x - from.x) * scale < clickPx;
      if (isClick) {
        const id = review.cellAt(from.y, from.x);
        if (id !== null) review.toggle(id);
        return;
      }
      review.selectAll(
        review.within({
          top: Math.min(from.y, to.y),
          left: Math.min(from.x, to.x),
          bottom: Math.max(from.y, to.y),
          right: Math.max(from.x, to.x),
        }),
      );
    },
  };
}

/** Drags the point of the selected cell, or of the cell under the pointer. Elsewhere a drag pans. */
function pointTool(tools: CellTools, review: ReviewState, image: ImageId): ViewerTool {
  let held: number | null = null;
  let isDrag = false;
  let from = { y: 0, x: 0 };
  return {
    cursor: 'default',
    down({ y, x, scale }) {
      from = { y, x };
      isDrag = false;
      const near = offeredPoints(tools, review, review.cellAt(y, x)).find(
        (point) => Math.hypot(point.y - y, point.x - x) * scale <= reachPx,
      );
      held = near?.id ?? null;
      return held !== null;
    },
    move({ y, x, scale }) {
      if (held === null || tools.name !== 'prompt') return;
      isDrag ||= Math.hypot(y - from.y, x - from.x) * scale >= clickPx;
      if (isDrag) tools.dragPoint(image, held, y, x);
    },
    up(pointer) {
      if (tools.name !== 'prompt') return;
      if (isDrag) void tools.dropPoint(image, pointer.shift);
      else clickCell(tools, review, image, pointer);
    },
  };
}

/** A click in the image, by tool. */
export function clickCell(
  tools: CellTools,
  review: ReviewState,
  image: ImageId,
  { y, x }: ImagePointer,
): void {
  const id = review.cellAt(y, x);
  if (tools.name !== 'prompt') {
    review.select(id);
    return;
  }
  if (id === null) {
    tools.splitAt = null;
    void tools.addAt(image, y, x);
    return;
  }
  const first = tools.splitAt;
  if (first?.id === id) {
    tools.splitAt = null;
    void tools.edit({ kind: 'split', id, points: Float32Array.of(first.y, first.x, y, x) });
  } else {
    review.select(id);
    tools.splitAt = { id, y, x };
  }
}
